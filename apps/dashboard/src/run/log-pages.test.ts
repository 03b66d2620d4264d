import { afterEach, expect, test, vi } from 'vitest'
import { logPages } from './log-pages.ts'

afterEach(() => vi.unstubAllGlobals())

/** A server with these lines, which answers so many at once; answers what it was asked for. */
function serverWith(seqs: number[], pageSize: number, isFailing = (_after: number) => false): number[] {
  const asked: number[] = []
  vi.stubGlobal('fetch', async (url: string) => {
    const after = Number(new URL(url, 'http://x').searchParams.get('after'))
    asked.push(after)
    if (isFailing(after)) return new Response('{"error":{"code":"INTERNAL","message":"no"}}', { status: 500 })
    const behind = seqs.filter(seq => seq > after)
    const lines = behind.slice(0, pageSize).map(seq => ({ seq, step: 1, at: '', text: `line ${seq}` }))
    return Response.json({ lines, hasMore: behind.length > pageSize })
  })
  return asked
}

async function read(after = 0): Promise<number[]> {
  const all: number[] = []
  for await (const lines of logPages('r', 'j', after, new AbortController().signal))
    all.push(...lines.map(line => line.seq))
  return all
}
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

test('every line comes once and in order, and pages are asked for ahead', async () => {
  const asked = serverWith(upTo(95), 10)
  expect(await read()).toEqual(upTo(95))
  expect(new Set(asked).size).toBe(asked.length)
  expect(asked.filter(after => after < 95)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90])
})

test('reading goes on behind a line', async () => {
  serverWith(upTo(25), 10)
  expect(await read(18)).toEqual([19, 20, 21, 22, 23, 24, 25])
})

test('lines whose numbers have gaps come all the same', async () => {
  const odd = upTo(60).filter(seq => seq % 3 !== 0)
  serverWith(odd, 7)
  expect(await read()).toEqual(odd)
})

test('a log without lines ends, and a page that fails is an error', async () => {
  serverWith([], 10)
  expect(await read()).toEqual([])
  serverWith(upTo(95), 10, after => after === 30)
  await expect(read()).rejects.toThrow()
})
