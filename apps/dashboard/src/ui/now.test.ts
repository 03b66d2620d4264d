import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { mounted, passes } from '../testing/page.ts'
import { serverNow, setServerAhead, useNow, useSeconds } from './now.ts'

const noon = Date.parse('2026-11-23T12:00:00Z')
beforeEach(() => {
  vi.useFakeTimers({ now: noon })
})
afterEach(() => {
  setServerAhead(0)
  vi.useRealTimers()
})

test('the time is that of the server', () => {
  setServerAhead(90_000)
  expect(serverNow()).toBe(noon + 90_000)
  setServerAhead(-1_000)
  expect(serverNow()).toBe(noon - 1_000)
})

test('seconds tick each second, in step on the whole page, and by the clock of the server', async () => {
  const first = mounted(useSeconds)
  await passes(400)
  const second = mounted(useSeconds)
  await passes(600)
  expect([first.now, second.now]).toEqual([noon + 1_000, noon + 1_000])
  setServerAhead(60_000)
  await passes(1_000)
  expect([first.now, second.now]).toEqual([noon + 62_000, noon + 62_000])
})

test('nothing ticks when nobody looks, and who looks again sees the time it is', async () => {
  const first = mounted(useSeconds)
  expect(vi.getTimerCount()).toBe(1)
  const second = mounted(useSeconds)
  expect(vi.getTimerCount()).toBe(1)
  first.unmount()
  expect(vi.getTimerCount()).toBe(1)
  second.unmount()
  expect(vi.getTimerCount()).toBe(0)
  await passes(3_600_000)
  expect(mounted(useSeconds).now).toBe(noon + 3_600_000)
})

test('moments are told by a slow clock', async () => {
  const at = new Date(noon - 60_000).toISOString()
  const moment = mounted(() => useNow(at))
  await passes(14_999)
  expect([moment.now, moment.drawn]).toEqual([noon, 1])
  await passes(1)
  expect(moment.now).toBe(noon + 15_000)
})

test('what happened since the slow clock ticked is not in the future', async () => {
  const first = mounted(() => useNow(new Date(noon).toISOString()))
  await passes(9_000)
  expect(mounted(() => useNow(new Date(noon + 8_000).toISOString())).now).toBe(noon + 8_000)
  expect(first.now).toBe(noon)
})

test('what is still to come stays to come', async () => {
  mounted(() => useNow(new Date(noon).toISOString()))
  await passes(9_000)
  expect(mounted(() => useNow(new Date(noon + 60_000).toISOString())).now).toBe(noon + 9_000)
})
