import { expect, test } from 'vitest'
import { sameScreen } from './project-switcher.tsx'

test('switching keeps the screen, and leaves what only the other project has', () => {
  expect(sameScreen('blog', '/p/shop/issues')).toBe('/p/blog/issues')
  expect(sameScreen('blog', '/p/shop/runs/418')).toBe('/p/blog/runs')
  expect(sameScreen('blog', '/p/shop')).toBe('/p/blog')
  expect(sameScreen('blog', '/p/shop/nothing')).toBe('/p/blog')
  expect(sameScreen('blog', '/projects')).toBe('/p/blog')
})
