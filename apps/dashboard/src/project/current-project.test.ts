import { afterEach, expect, test, vi } from 'vitest'
import { currentProject, ofProject, pagePath, projectPath } from './current-project.ts'

afterEach(() => vi.unstubAllGlobals())

test('the project is that of the address, and only of the address', () => {
  expect(['/p/shop', '/p/shop/', '/p/shop/runs/p/blog', '/p/a%20b/x'].map(currentProject)).toEqual([
    'shop',
    'shop',
    'shop',
    'a b',
  ])
  expect(['/', '/projects', '/p', '/p/', '/runs/p/shop'].map(currentProject)).toEqual([null, null, null, null, null])
})

test('screens and questions of a page are those of its project', () => {
  vi.stubGlobal('location', { pathname: '/p/shop/runs' })
  expect([pagePath('/runs/7'), pagePath('/'), ofProject('/runs')]).toEqual([
    '/p/shop/runs/7',
    '/p/shop',
    '/projects/shop/runs',
  ])
  vi.stubGlobal('location', { pathname: '/projects' })
  expect([pagePath('/runs/7'), projectPath('a/b')]).toEqual(['/runs/7', '/p/a%2Fb'])
})
