import { deflateRawSync, zstdCompressSync } from 'node:zlib'
import type { GroupedEvent } from '@gantry/core'
import { expect, test } from 'vitest'
import { fromBatch, packEvent, toBatch, unpackEvent } from './packed-event.ts'

const exception = {
  type: 'TypeError',
  value: 'broken',
  isSynthetic: false,
  isHandled: true,
  frames: [
    { file: 'a.js', function: null, line: null, column: null, isInApp: false, context: null },
    {
      file: 'b.js',
      function: 'total',
      line: 7,
      column: 2,
      isInApp: true,
      context: { pre: ['1'], line: '2', post: [] },
    },
  ],
}

const grouped = (message: string, tags: Record<string, string> = {}) =>
  ({
    event: { project: 'shop', id: 'a'.repeat(32), user: null, message, exceptions: [exception], tags },
    grouping: { key: `message ${message}`, because: [] },
    title: message,
    culprit: null,
    formerKey: null,
  }) as unknown as GroupedEvent

test('a batch comes out as it went in, whatever the sizes', () => {
  const messages = ['', 'x'.repeat(100_000), 'grüße \u{1f600}']
  const payloads = [undefined, Buffer.from('{"a":1}'), Buffer.alloc(0)]
  const packed = messages.map((message, index) => {
    const payload = payloads[index]
    return packEvent({ ...grouped(message), ...(payload && { payload }) })
  })
  const { facts, bodies } = toBatch(packed)
  const back = fromBatch({ facts, bodies: structuredClone(bodies, { transfer: [bodies.buffer] }) })
  expect(back.map(({ body }) => unpackEvent(body).message)).toEqual(messages)
  const plain = (events: typeof packed) =>
    events.map(({ body: _, payload, ...facts }) => ({ ...facts, payload: payload && Buffer.from(payload).toString() }))
  expect(plain(back)).toEqual(plain(packed))
  expect(back.map(({ payload }) => payload?.length)).toEqual([undefined, 7, 0])
  expect(fromBatch(toBatch([]))).toEqual([])
})

test('an event comes out as it went in, frame by frame', () => {
  const whole = grouped('whole')
  expect(unpackEvent(packEvent(whole).body)).toEqual(whole.event)
})

test('that a probe met it is known without unpacking', () => {
  const packed = [grouped('a'), grouped('b', { 'gantry.probe': 'true' })].map(packEvent)
  expect(fromBatch(toBatch(packed)).map(({ isOfProbe }) => isOfProbe)).toEqual([false, true])
})

test('what the database could not hold is replaced before it is packed', () => {
  expect(unpackEvent(packEvent(grouped('a\u0000b\ud800')).body).message).toBe('a\ufffdb\ufffd')
})

test('what an earlier version packed is read, too', () => {
  const { event } = grouped('old')
  expect(unpackEvent(zstdCompressSync(JSON.stringify(event)))).toEqual(event)
  expect(unpackEvent(deflateRawSync(JSON.stringify(event)))).toEqual(event)
})
