import { Readable } from 'node:stream'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readBody } from './read-body.ts'

const limits = { compressedBytes: 1_000_000, bytes: 2_000_000 }
const text = `${'{"a":1}\n'.repeat(500)}end`
const read = (bytes: Buffer, encoding?: string) => readBody(Readable.from([bytes]), encoding, limits)

test.each([
  ['identity', Buffer.from(text)],
  ['', Buffer.from(text)],
  ['gzip', gzipSync(text)],
  ['X-GZIP', gzipSync(text)],
  ['deflate', deflateSync(text)],
  ['deflate', deflateRawSync(text)],
  ['br', brotliCompressSync(text)],
  ['zstd', zstdCompressSync(text)],
  ['gzip, br', brotliCompressSync(gzipSync(text))],
])('unpacks %s', async (encoding, bytes) => {
  expect((await read(bytes, encoding)).toString()).toBe(text)
})

test('takes a body in many pieces', async () => {
  const pieces = [...Buffer.from(text)].map(byte => Buffer.from([byte]))
  expect((await readBody(Readable.from(pieces), undefined, limits)).toString()).toBe(text)
})

test('cuts off what is too large as it arrives', async () => {
  await expect(read(Buffer.alloc(1_000_001))).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
  const wide = { compressedBytes: 100, bytes: 10 }
  await expect(readBody(Readable.from([Buffer.alloc(50)]), undefined, wide)).rejects.toMatchObject({
    code: 'BODY_TOO_LARGE',
  })
})

test('cuts off a bomb while it unfolds', async () => {
  const bomb = gzipSync(Buffer.alloc(200_000_000))
  expect(bomb.length).toBeLessThan(limits.compressedBytes)
  const before = process.memoryUsage().rss
  await expect(read(bomb, 'gzip')).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000)
})

test.each([
  ['gzip', gzipSync(text).subarray(0, 40)],
  ['gzip', Buffer.from('this is no gzip')],
  ['br', Buffer.from('neither')],
  ['compress', Buffer.from('x')],
  ['gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(text)))],
])('says that a %s body is broken', async (encoding, bytes) => {
  await expect(read(bytes, encoding)).rejects.toMatchObject({ code: 'ENVELOPE_MALFORMED' })
})

test('a client that goes away is named as such', async () => {
  const cut = new Readable({
    read() {
      this.destroy(new Error('aborted'))
    },
  })
  await expect(readBody(cut, undefined, limits)).rejects.toMatchObject({
    code: 'ENVELOPE_MALFORMED',
    message: expect.stringContaining('cut short'),
  })
})
