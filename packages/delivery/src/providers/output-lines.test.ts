import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { mostLineChars, onLines } from './output-lines.ts'

async function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough()
  const lines: string[] = []
  onLines(stream, line => lines.push(line))
  for (const chunk of chunks) stream.write(chunk)
  stream.end()
  await new Promise(done => stream.on('end', done))
  return lines
}

test('a line is one line, however it comes in pieces', async () => {
  expect(await linesOf('a', 'b\r', '\n\nc\nd', '')).toEqual(['ab', '', 'c', 'd'])
  const euro = Buffer.from('€\n')
  expect(await linesOf(euro.subarray(0, 1), euro.subarray(1))).toEqual(['€'])
  const long = 'x'.repeat(300_004 - mostLineChars) + 'y'.repeat(mostLineChars - 50_000)
  expect(await linesOf(...(long.match(/.{1,7000}/g) ?? []), '\nnext\n')).toEqual([long, 'next'])
})

test('a line that is too long is cut once, says so, and the next is whole', async () => {
  const lines = await linesOf('z'.repeat(200_000), 'z'.repeat(200_000), 'z'.repeat(200_000), '\nnext\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]?.slice(mostLineChars - 2)).toBe('zz … (cut: this line has more than 262,144 characters)')
  expect(lines[1]).toBe('next')
})

test('a line of exactly the most is whole', async () => {
  const line = 'x'.repeat(mostLineChars)
  expect(await linesOf(`${line}\n`)).toEqual([line])
})

test('output that never ends a line is told as soon as it is too long', async () => {
  const stream = new PassThrough()
  const lines: string[] = []
  onLines(stream, line => lines.push(line))
  for (let index = 0; index < 40; index++) {
    stream.write('.'.repeat(50_000))
    await new Promise(setImmediate)
  }
  expect(lines).toHaveLength(1)
  stream.end()
  await new Promise(done => stream.on('end', done))
  expect(lines).toHaveLength(1)
})
