import { expect, test } from 'vitest'
import { NoAnswer, patientFetch } from './patient-fetch.ts'
import { poll } from './poll.ts'
import { askedPauseMs } from './retry-hints.ts'

const start = Date.parse('2026-11-27T00:00:00Z')

function world(answers: (() => Response | Promise<Response>)[]) {
  const waited: number[] = []
  let sent = 0
  return {
    waited,
    sent: () => sent,
    fetch: (async (_input, init) => {
      sent += 1
      init?.signal?.throwIfAborted()
      return (answers.shift() ?? (() => new Response('ok')))()
    }) as typeof fetch,
    now: () => new Date(start + waited.reduce((sum, each) => sum + each, 0)),
    sleep: async (ms: number) => void waited.push(ms),
    signal: new AbortController().signal,
    log: () => {},
  }
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    new Response('no', { status: code, headers })
const breaks = (code: string) => () =>
  Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) }))
const get = () => new Request('https://vendor.example/a')
const post = () => new Request('https://vendor.example/a', { method: 'POST', body: '{}' })

test.each<[string, () => Request, (() => Response | Promise<Response>)[], number[]]>([
  ['a read that stumbles', get, [status(500), status(502)], [1_000, 2_000]],
  ['a read whose connection breaks', get, [breaks('ECONNRESET')], [1_000]],
  ['429 to an act, for as long as it says', post, [status(429, { 'retry-after': '7' })], [7_000]],
  ['429 that says nothing', post, [status(429)], [1_000]],
  ['503 with a time to come back', post, [status(503, { 'retry-after': '3' })], [3_000]],
  ['an act that never arrived', post, [breaks('ECONNREFUSED')], [1_000]],
])('%s is sent again', async (_, request, answers, waited) => {
  const at = world([...answers])
  expect((await patientFetch(at)(request())).status).toBe(200)
  expect(at.waited).toEqual(waited)
})

test.each<[string, () => Response | Promise<Response>]>([
  ['500', status(500)],
  ['503 without a time', status(503)],
  ['408', status(408)],
  ['409', status(409)],
])('%s to an act is the last word: it may have been done', async (_, answer) => {
  const at = world([answer])
  await patientFetch(at)(post())
  expect(at.sent()).toBe(1)
})

test('what does no harm twice is sent again, also when it may have been done', async () => {
  const at = world([status(500), breaks('ECONNRESET')])
  expect((await patientFetch(at, { mayRepeat: () => true })(post())).status).toBe(200)
  expect(at.sent()).toBe(3)
})

test('an act whose connection breaks may have been done; one that never arrived was not', async () => {
  await expect(patientFetch(world([breaks('ECONNRESET')]))(post())).rejects.toMatchObject({ mayBeDone: true })
  const never = world(Array.from({ length: 6 }, () => breaks('ENOTFOUND')))
  await expect(patientFetch(never)(post())).rejects.toMatchObject({ mayBeDone: false })
})

test('a vendor that asks for more time than we have is not waited for', async () => {
  const at = world([status(429, { 'retry-after': '3600' })])
  expect((await patientFetch(at)(post())).status).toBe(429)
  expect(at.waited).toEqual([])
})

test('an answer whose body never ends is none', async () => {
  const endless = () => new Response(new ReadableStream({ start: stream => stream.enqueue(new Uint8Array(1)) }))
  const at = world([])
  const withAbort = {
    ...at,
    fetch: (async (_input, init) => {
      const { promise, reject } = Promise.withResolvers<never>()
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      const answer = endless()
      return Object.assign(answer, { arrayBuffer: () => promise })
    }) as typeof fetch,
  }
  const failure = await patientFetch(withAbort, { answerMs: 20 })(post()).catch(cause => cause)
  expect(failure).toBeInstanceOf(NoAnswer)
  expect(failure).toMatchObject({ mayBeDone: true, message: 'no whole answer in 0.021 s' })
})

test('who is told to stop stops, and does not send again', async () => {
  const ended = new AbortController()
  const at = { ...world([status(500)]), signal: ended.signal, sleep: async () => ended.abort() }
  await expect(patientFetch(at)(get())).rejects.toThrow(/aborted/)
  expect(at.sent()).toBe(1)
})

test.each<[Record<string, string>, number | null]>([
  [{ 'retry-after': '2.5' }, 2_500],
  [{ 'retry-after': 'Fri, 27 Nov 2026 00:00:09 GMT' }, 9_000],
  [{ 'retry-after': 'soon' }, null],
  [{ 'ratelimit-remaining': '0', 'ratelimit-reset': '12' }, 12_000],
  [{ 'ratelimit-remaining': '3', 'ratelimit-reset': '12' }, null],
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(start / 1_000 + 4) }, 4_000],
  [{}, null],
])('%j asks for a pause of %s ms', (headers, ms) => {
  expect(askedPauseMs(new Headers(headers), new Date(start))).toBe(ms)
})

test('pauses of polling grow with the wait: never more than a fifteenth of it, never more than ten seconds', async () => {
  const at = world([])
  const looked: number[] = []
  const ended = await poll(at, 900_000, async waitedMs => {
    looked.push(waitedMs)
    return null
  })
  expect(ended).toEqual({ state: 'timed-out', afterMs: 900_000 })
  for (const [i, pause] of at.waited.entries()) expect(pause).toBeLessThanOrEqual(Math.max(500, (looked[i] ?? 0) / 15))
  expect(Math.max(...at.waited)).toBe(10_000)
  expect(looked.length).toBeLessThan(140)
})

test('polling ends with what was looked for', async () => {
  const looks = [null, null, 'there']
  const found = await poll(world([]), 60_000, async () => looks.shift() ?? null)
  expect(found).toEqual({ state: 'ended', value: 'there' })
})
