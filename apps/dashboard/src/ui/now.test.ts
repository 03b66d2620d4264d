import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { mounted, passes } from '../testing/page.ts'
import { serverNow, setServerAhead, useSeconds, useTold } from './now.ts'
import { spoken } from './time.ts'

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

test('a moment is told by the clock of the durations, and drawn anew only when its words change', async () => {
  const at = new Date(noon - 50_000).toISOString()
  const moment = mounted(() => useTold(at, now => spoken(at, now)))
  expect(moment.now).toBe('50s ago')
  await passes(9_000)
  expect(moment.now).toBe('59s ago')
  await passes(1_000)
  expect(moment.now).toBe('1m ago')
  const { drawn } = moment
  await passes(59_000)
  expect(moment.drawn).toBe(drawn)
  await passes(1_000)
  expect(moment.now).toBe('2m ago')
})

test('what happened since the last tick is not in the future, and what is still to come stays to come', async () => {
  const told = (ms: number) => {
    const at = new Date(noon + ms).toISOString()
    return mounted(() => useTold(at, now => spoken(at, now)))
  }
  told(0)
  await passes(9_900)
  expect(told(9_800).now).toBe('now')
  expect(told(70_500).now).toBe('in 1m')
})
