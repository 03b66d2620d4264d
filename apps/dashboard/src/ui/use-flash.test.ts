import { createElement } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { mounted, passes } from '../testing/page.ts'
import { useFlash } from './use-flash.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function cell(first: string) {
  let meaning = first
  const hook = mounted(() => useFlash<HTMLSpanElement>(meaning), { draw: ref => createElement('span', { ref }) })
  return {
    ...hook,
    flashes: () => hook.now.current?.classList.contains('flash'),
    means(next: string) {
      meaning = next
      hook.again()
    },
  }
}

test('a cell does not flash when it is first drawn, nor when it is drawn anew with the same', () => {
  const it = cell('serving')
  expect(it.flashes()).toBe(false)
  it.means('serving')
  expect(it.flashes()).toBe(false)
})

test('a cell whose meaning changed flashes for 900 ms', async () => {
  const it = cell('serving')
  it.means('failed')
  expect(it.flashes()).toBe(true)
  await passes(899)
  expect(it.flashes()).toBe(true)
  await passes(1)
  expect(it.flashes()).toBe(false)
})

test('a second change flashes for its own 900 ms', async () => {
  const it = cell('a')
  it.means('b')
  await passes(800)
  it.means('c')
  await passes(800)
  expect(it.flashes()).toBe(true)
  await passes(100)
  expect(it.flashes()).toBe(false)
})

test('going back to what it was before is a change too', async () => {
  const it = cell('a')
  it.means('b')
  await passes(900)
  it.means('a')
  expect(it.flashes()).toBe(true)
})

test('a cell that is gone leaves no timer', () => {
  const it = cell('a')
  it.means('b')
  expect(vi.getTimerCount()).toBe(1)
  it.unmount()
  expect(vi.getTimerCount()).toBe(0)
})
