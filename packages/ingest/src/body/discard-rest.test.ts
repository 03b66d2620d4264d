import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { collect } from './collect.ts'
import { discardRest } from './discard-rest.ts'

const limits = { bytes: 1_000, ms: 50 }

test('what is too long is left intact, and taken to its end afterwards', async () => {
  const body = Readable.from(Array.from({ length: 10 }, () => Buffer.alloc(100)))
  expect(await collect(body, { bytes: 250 })).toBeNull()
  expect(body.destroyed).toBe(false)
  discardRest(body, limits)
  await once(body, 'end')
})

test('one that never ends is cut off by its bytes', async () => {
  let given = 0
  const body = new Readable({
    read() {
      given += 100
      this.push(Buffer.alloc(100))
    },
  })
  expect(await collect(body, { bytes: 250 })).toBeNull()
  discardRest(body, { ...limits, ms: 60_000 })
  await once(body, 'close')
  expect(given).toBeLessThan(100_000)
})

test('one that stands still is cut off in time', async () => {
  const body = new PassThrough()
  body.write(Buffer.alloc(500))
  expect(await collect(body, { bytes: 250 })).toBeNull()
  discardRest(body, limits)
  await once(body, 'close')
  expect(body.readableEnded).toBe(false)
})

test('a client that goes away after its refusal disturbs nobody, and no timer is left', async () => {
  vi.useFakeTimers()
  const body = new PassThrough()
  body.write(Buffer.alloc(500))
  expect(await collect(body, { bytes: 250 })).toBeNull()
  discardRest(body, limits)
  expect(vi.getTimerCount()).toBe(1)
  const closed = new Promise(done => body.once('close', done))
  body.destroy(new Error('gone'))
  await closed
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})
