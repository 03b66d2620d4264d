import { expect, test } from 'vitest'
import { createVisitors } from './visitors.ts'

function visiting(ask: (url: string) => Promise<unknown>) {
  const stop = new AbortController()
  let nowMs = 0
  const visitors = createVisitors({ now: () => new Date(nowMs), signal: stop.signal, ask })
  return {
    visitors,
    stop,
    later: (ms: number) => {
      nowMs += ms
    },
  }
}
const settled = () => new Promise(done => setTimeout(done, 250))

test('four visitors ask again and again, also after a failing answer, until their time is over', async () => {
  const asked: string[] = []
  const { visitors, later } = visiting(async url => {
    asked.push(url)
    throw new Error('500')
  })
  expect(visitors.send('http://shop/').until).toEqual(new Date(90_000))
  await settled()
  expect(asked.length).toBeGreaterThanOrEqual(8)
  later(90_000)
  await settled()
  const before = asked.length
  await settled()
  expect(asked.length).toBe(before)
})

test('sent twice, the same four stay longer; a stop sends them home', async () => {
  let at = 0
  let most = 0
  const { visitors, stop, later } = visiting(async () => {
    most = Math.max(most, ++at)
    await new Promise(done => setTimeout(done, 30))
    at -= 1
  })
  visitors.send('http://shop/')
  later(10_000)
  expect(visitors.send('http://shop/').until).toEqual(new Date(100_000))
  await settled()
  expect(most).toBe(4)
  stop.abort()
  await settled()
  expect(at).toBe(0)
})
