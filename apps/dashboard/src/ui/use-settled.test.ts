import { expect, test } from 'vitest'
import { done, mounted } from '../testing/page.ts'
import { useSettled } from './use-settled.ts'

interface Row {
  id: string
  says: string
}
const rows = (...ids: string[]): Row[] => ids.map(id => ({ id, says: `${id} now` }))

function list(first: Row[]) {
  let newest = first
  const hook = mounted(() => useSettled(newest, ({ id }) => id))
  return {
    ids: () => hook.now.shown.map(({ id }) => id).join(''),
    hook,
    arrives(next: Row[]) {
      newest = next
      hook.again()
    },
  }
}

test('a list nobody points at shows the newest at once', () => {
  const it = list(rows('a', 'b'))
  it.arrives(rows('c', 'a', 'b'))
  expect([it.ids(), it.hook.now.waiting]).toEqual(['cab', 0])
})

test('a list under the pointer keeps its order, drops what is gone, says the newest and counts what waits', () => {
  const it = list(rows('a', 'b', 'c'))
  done(it.hook.now.reading.onPointerEnter)
  it.arrives([{ id: 'd', says: 'd' }, { id: 'c', says: 'c moved up' }, ...rows('a')])
  expect([it.ids(), it.hook.now.waiting]).toEqual(['ac', 1])
  expect(it.hook.now.shown.at(-1)?.says).toBe('c moved up')
  it.arrives(rows('e', 'd', 'c', 'a'))
  expect([it.ids(), it.hook.now.waiting]).toEqual(['ac', 2])
})

test('it shows the newest again when the pointer leaves', () => {
  const it = list(rows('a', 'b'))
  done(it.hook.now.reading.onPointerEnter)
  it.arrives(rows('c', 'b', 'a'))
  expect(it.ids()).toBe('ab')
  done(it.hook.now.reading.onPointerLeave)
  expect([it.ids(), it.hook.now.waiting]).toEqual(['cba', 0])
})

test('it shows what waits when it is asked for, and then holds that order', () => {
  const it = list(rows('a', 'b'))
  done(it.hook.now.reading.onPointerEnter)
  it.arrives(rows('c', 'a', 'b'))
  done(it.hook.now.settle)
  expect([it.ids(), it.hook.now.waiting]).toEqual(['cab', 0])
  done(it.hook.now.reading.onPointerEnter)
  it.arrives(rows('d', 'b', 'c', 'a'))
  expect([it.ids(), it.hook.now.waiting]).toEqual(['cab', 1])
})

test('a list of which nothing is left is another list: it is shown at once', () => {
  const it = list(rows('a', 'b'))
  done(it.hook.now.reading.onPointerEnter)
  it.arrives(rows('x', 'y'))
  expect([it.ids(), it.hook.now.waiting]).toEqual(['xy', 0])
})

test('an empty list that fills under the pointer is not held empty', () => {
  const it = list([])
  done(it.hook.now.reading.onPointerEnter)
  it.arrives(rows('a'))
  expect([it.ids(), it.hook.now.waiting]).toEqual(['a', 0])
})
