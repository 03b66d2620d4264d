import { deflateRawSync, zstdCompressSync } from 'node:zlib'
import { type GroupedEvent, shareFrames } from '@gantry/core'
import { expect, test } from 'vitest'
import { factIn, fromBatch, type PackedEvent, packEvent, toBatch, unpackEvent } from './packed-event.ts'
import { packPayloads, unpackBlock } from './payload-blocks.ts'
import { sha256 } from './sha256.ts'

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

const grouped = (message: string, tags: Record<string, string> = {}, payload?: Buffer) =>
  ({
    event: {
      ...{ project: 'shop', id: 'a'.repeat(32), user: null, message, exceptions: [exception], tags },
      receivedAt: '2026-11-28T10:00:00.000Z',
    },
    grouping: { key: `message ${message}`, because: [] },
    keyHash: sha256(`message ${message}`),
    title: message,
    culprit: null,
    formerKey: null,
    ...(payload && { payload }),
  }) as unknown as GroupedEvent

test('a batch comes out as it went in, whatever the sizes', () => {
  const messages = ['', 'x'.repeat(100_000), 'grüße \u{1f600}', '']
  const payloads = [undefined, Buffer.from('{"a":1}'), Buffer.alloc(0)]
  const packed = messages.map((message, index) => packEvent(grouped(message, {}, payloads[index])))
  const { facts, bodies } = toBatch(packed)
  const back = fromBatch({ facts, bodies: structuredClone(bodies, { transfer: [bodies.buffer] }) })
  expect(back.map(({ fact }) => factIn(fact).message)).toEqual(messages)
  const plain = (events: PackedEvent[]) =>
    events.map(({ fact: _, payload, ...rest }) => ({ ...rest, payload: payload && Buffer.from(payload).toString() }))
  expect(plain(back)).toEqual(plain(packed))
  expect(back.map(({ payload }) => payload?.length)).toEqual([undefined, 7, 0, undefined])
  expect(fromBatch(toBatch([]))).toEqual([])
})

test('frames that events share are kept with each of them', () => {
  const chain = [exception, { ...exception, type: 'Cause', frames: [] }]
  const own = { ...grouped('own'), event: { ...grouped('own').event, exceptions: chain } }
  const shared = shareFrames([...exception.frames])
  const sharedChain = chain.map(one => (one.frames.length > 0 ? { ...one, frames: shared } : one))
  const sharing = { ...own, event: { ...own.event, exceptions: sharedChain } }
  for (const event of [own, sharing, sharing]) expect(factIn(packEvent(event).fact)).toEqual(own.event)
})

test('of events with one key only the first names their issue on the way', () => {
  const [first, second] = ['a', 'b'].map(title => packEvent({ ...grouped('same'), title }))
  const other = packEvent({ ...grouped('same'), title: 'c', formerKey: 'message of before' })
  if (!first || !second) throw new Error('two were packed')
  expect(fromBatch(toBatch([first, second, other])).map(({ title }) => title)).toEqual(['a', 'a', 'c'])
})

test('an event comes out as it went in, frame by frame', () => {
  const whole = grouped('whole')
  expect(factIn(packEvent(whole).fact)).toEqual(whole.event)
})

test('that a probe met it is known without unpacking', () => {
  const packed = [grouped('a'), grouped('b', { 'gantry.probe': 'true' })].map(item => packEvent(item))
  expect(fromBatch(toBatch(packed)).map(({ isOfProbe }) => isOfProbe)).toEqual([false, true])
})

test('each finds its fact and its payload in its block, however the batch is cut into blocks', () => {
  const sizes = [0, 10, 200_000, 90_000, 300_000, 5]
  const packed = sizes.map((size, index) => packEvent(grouped(`m${index}`, {}, Buffer.alloc(size, `${index}`))))
  const without = packEvent(grouped('without'))
  const { blocks, places } = packPayloads([...packed, without])
  expect(blocks.length).toBeGreaterThan(2)
  for (const [index, item] of packed.entries()) {
    const place = places.get(item)
    const block = blocks.find(({ id }) => id === place?.block)
    if (!place || !block) throw new Error('it has no place')
    const bytes = unpackBlock(block.packed)
    expect(factIn(bytes.subarray(place.from - place.factSize, place.from)).message).toBe(`m${index}`)
    expect(bytes.subarray(place.from, place.from + (place.size ?? 0)).equals(item.payload ?? Buffer.alloc(0))).toBe(
      true,
    )
  }
  expect(places.get(without)?.size).toBeNull()
})

test('what an earlier version packed is read, too', () => {
  const { event } = grouped('old')
  expect(unpackEvent(zstdCompressSync(JSON.stringify(event)))).toEqual(event)
  expect(unpackEvent(deflateRawSync(JSON.stringify(event)))).toEqual(event)
})
