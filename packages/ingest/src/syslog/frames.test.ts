import { expect, test } from 'vitest'
import { SyslogFrames } from './frames.ts'

const read = (chunks: readonly (string | Buffer)[], most = 1_000) => {
  const frames = new SyslogFrames(most)
  const found = chunks.flatMap(chunk => frames.push(Buffer.from(chunk)))
  return [...found, ...frames.end()].map(({ text, isCut }) => (isCut ? `${text}…` : text))
}

test.each([
  ['lengths', '5 <1>ab7 <2>ä\nb', ['<1>ab', '<2>ä\nb']],
  ['lengths with a line feed behind each, as Heroku sends', '6 <1>ab\n6 <2>cd\n', ['<1>ab', '<2>cd']],
  ['line feeds', '<1>a\n<2>b\r\n\n<3>c\n', ['<1>a', '<2>b', '<3>c']],
  ['NULs, as Python sends', '<1>a\0<2>b\0', ['<1>a', '<2>b']],
  ['both, one after the other', '<1>a\n5 <2>bc<3>d\n4 <4>e', ['<1>a', '<2>bc', '<3>d', '<4>e']],
  ['a number that is no length', '12:00 noon\n7 apples\n10 \n12', ['12:00 noon', '7 apples', '10 ', '12']],
  ['a length nobody sends', '9999999999 <1>a\n<2>b', ['9999999999 <1>a', '<2>b']],
  ['no line feed at the end', '<1>a\n<2>b', ['<1>a', '<2>b']],
  ['less than was said', '9 <1>a', ['<1>a…']],
  ['nothing', '\n\n \0', []],
])('%s are read wherever the chunks end', (_what, text, expected) => {
  const bytes = Buffer.from(text)
  expect(read([bytes])).toEqual(expected)
  expect(read([...bytes].map(byte => Buffer.of(byte)))).toEqual(expected)
  for (let at = 1; at < bytes.length; at++)
    expect(read([bytes.subarray(0, at), bytes.subarray(at)]), `cut at ${at}`).toEqual(expected)
})

test('what is behind the most that is taken is let go, and the next message is read', () => {
  expect(read(['<1>abcdef\n<2>g\n'], 5)).toEqual(['<1>ab…', '<2>g'])
  expect(read(['9 <1>abcdef4 <2>g'], 5)).toEqual(['<1>ab…', '<2>g'])
  expect(read(['<1>ab\n'], 5)).toEqual(['<1>ab'])
})

test('a message that never ends takes no more memory than one that is taken', () => {
  const frames = new SyslogFrames(65_536)
  const chunk = Buffer.alloc(65_536, 'a')
  const before = process.memoryUsage().arrayBuffers
  for (let times = 0; times < 500; times++) expect(frames.push(chunk)).toEqual([])
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
  expect(frames.end().map(({ text, isCut }) => [text.length, isCut])).toEqual([[65_536, true]])
})

test('bytes that are no UTF-8 are replaced, and the rest of the message is kept', () => {
  expect(read([Buffer.from('3c313e61ff62c30a3c323e6f6b', 'hex')])).toEqual(['<1>a\ufffdb\ufffd', '<2>ok'])
})
