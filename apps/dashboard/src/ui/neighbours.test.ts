import { createElement, type ReactNode } from 'react'
import { beforeAll, expect, test, vi } from 'vitest'
import { mounted, press } from '../testing/page.ts'
import { installKeys } from './keys.ts'

const { createMemoryHistory, createRootRoute, createRouter, RouterContextProvider } = await import(
  '@tanstack/react-router'
)
const { useNeighbours, useRememberedList } = await import('./neighbours.ts')

beforeAll(installKeys)

/** The page one opened, of a list one came from; answers where the keys led. */
async function opened(path: string, ...lists: string[][]) {
  for (const list of lists) mounted(() => useRememberedList(list)).unmount()
  const history = createMemoryHistory({ initialEntries: [path] })
  const router = createRouter({ routeTree: createRootRoute(), history })
  await router.load()
  const pushed = vi.spyOn(router.history, 'push').mockImplementation(() => {})
  const around = (child: ReactNode) => createElement(RouterContextProvider, { router, children: child } as never)
  mounted(useNeighbours, { around })
  return (key: string) => {
    pushed.mockClear()
    press(key)
    return pushed.mock.calls.map(([to]) => to)
  }
}

test('] and [ go to the next and the one before of the list one came from', async () => {
  const keys = await opened('/issues/2', ['/issues/1', '/issues/2', '/issues/3'])
  expect([keys(']'), keys('[')]).toEqual([['/issues/3'], ['/issues/1']])
})

test.each([
  ['before the first', '/issues/1', '['],
  ['after the last', '/issues/3', ']'],
])('there is nothing %s', async (_, path, key) => {
  const keys = await opened(path, ['/issues/1', '/issues/2', '/issues/3'])
  expect(keys(key)).toEqual([])
})

test('the newest list counts', async () => {
  const keys = await opened('/runs/b', ['/issues/1'], ['/runs/a', '/runs/b', '/runs/c'])
  expect(keys(']')).toEqual(['/runs/c'])
})

test('a page that is not of the list has no neighbours, not the first of them either', async () => {
  const keys = await opened('/issues/9', ['/issues/1', '/issues/2'])
  expect([keys(']'), keys('[')]).toEqual([[], []])
})

test('an empty list leaves nothing behind of the one before', async () => {
  const keys = await opened('/issues/1', ['/issues/1', '/issues/2'], [])
  expect([keys(']'), keys('[')]).toEqual([[], []])
})
