import { readdirSync } from 'node:fs'
import type { NewLine, QueuedForward } from '@gantry/core'
import type { Performing } from '@gantry/core/config'
import { describe, expect, test } from 'vitest'
import { otlpLines } from '../protocols/otlp/otlp-lines.ts'
import { sender } from '../testing/sender.ts'
import type { Forward, ForwardAnswer, ForwardRequest } from './define-forward.ts'
import { forwardFor } from './index.ts'
import { judgeAnswer } from './judge-answer.ts'
import { packLines } from './queued-lines.ts'
import * as words from './settings.ts'

const at = (second: number) => new Date(Date.UTC(2026, 10, 28, 12, 0, second)).toISOString()
const row = (body: Uint8Array): QueuedForward => ({
  ...{ id: '1', project: 'shop', forward: 'other', queuedAt: at(0), quantity: 1, categories: [] },
  body,
})
const line = (over: Partial<NewLine> = {}): NewLine => ({
  ...{ project: 'shop', environment: 'production', release: 'r1', service: 'web', at: at(0), level: 'warn' },
  ...{ message: 'slow', trace: 'a'.repeat(32), fields: { 'db.ms': 12, ok: true, ids: [1], span_id: 'b'.repeat(16) } },
  ...over,
})
const env = {
  FORWARD_SENTRY_DSN: 'https://newkey@sentry.example:8443/inside/42',
  FORWARD_BETTERSTACK_URL: 's1.betterstackdata.com',
  FORWARD_BETTERSTACK_TOKEN: 'token ',
  FORWARD_LOGFLARE_KEY: 'key',
  FORWARD_OTLP_URL: 'http://collector:4318/v1/logs',
  FORWARD_OTLP_HEADERS: 'X-Scope = a%20b, dd-api-key=50%',
}

async function requestOf(
  said: { to: string },
  rows: QueuedForward[],
  now = at(0),
  with_ = env,
): Promise<ForwardRequest> {
  const { acts, settings } = await forwardFor(said)
  return acts.requestFor(rows, settings, with_, now)
}
const jsonOf = ({ body }: ForwardRequest) => JSON.parse(body.toString())
const lines = [
  row(packLines([line(), line({ release: null, trace: null, fields: {} })])),
  row(packLines([line({ service: 'api' })])),
]

test('each forward has a folder, and is the one of its name', async () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter(entry => entry.isDirectory())
  expect(folders.map(({ name }) => name).toSorted()).toEqual(Object.keys(words).toSorted())
})

describe('to Sentry', () => {
  const envelope = (header: object) => row(Buffer.from(`${JSON.stringify(header)}\n{"type":"event","length":2}\n{}\n`))
  const headerOf = ({ body }: ForwardRequest) => JSON.parse(body.toString().split('\n')[0] ?? '')

  test('an envelope goes where the DSN says, with its key in place of ours, and else to the byte', async () => {
    const before = { event_id: 'e1', dsn: 'https://ours@gantry/1', trace: { public_key: 'ours', trace_id: 't' } }
    const request = await requestOf(words.sentry(), [envelope(before)])
    expect(request.url).toBe('https://sentry.example:8443/inside/api/42/envelope/')
    expect(request.headers['x-sentry-auth']).toContain('sentry_key=newkey')
    expect(headerOf(request)).toEqual({ event_id: 'e1', trace: { public_key: 'newkey', trace_id: 't' } })
    expect(request.body.toString()).toMatch(/\n\{"type":"event","length":2\}\n\{\}\n$/)
  })

  test('what waited an hour is not taken for a clock that is an hour behind', async () => {
    const request = await requestOf(words.sentry(), [envelope({ sent_at: at(-5) })], at(3_600))
    expect(headerOf(request)).toEqual({ sent_at: at(3_595) })
    expect(headerOf(await requestOf(words.sentry(), [envelope({})], at(3_600)))).toEqual({})
  })

  test.each([
    ['60:error;transaction:key, 2700::organization', { error: at(60), transaction: at(60), '': at(2_700) }],
    ['5:error:key, 1:error:key, x:error, 9e9:span', { error: at(5) }],
    ['999999:error', { error: at(86_400) }],
    [undefined, {}],
  ])('limits are read out of %j', async (said, limits) => {
    const { acts } = await forwardFor(words.sentry())
    const answer = { status: 429, headers: { 'x-sentry-rate-limits': said }, body: '' }
    expect(acts.limitsIn(answer, at(0))).toEqual(limits)
    expect(judgeAnswer(answer, acts, { now: at(0), retryAfterMs: null })).toMatchObject({
      ...{ kind: 'failed', retryAfterMs: said === undefined ? 60_000 : null, limits },
    })
  })

  test.each(['https://sentry.example/4', 'https://key@sentry.example', 'key@x/y', 'mailto:a@b.c'])(
    'a DSN such as %s is named by its variable, and not shown',
    async dsn => {
      const asked = requestOf(words.sentry(), [envelope({})], at(0), { ...env, FORWARD_SENTRY_DSN: dsn })
      if (dsn === 'key@x/y') return expect((await asked).url).toBe('https://x/api/y/envelope/')
      await expect(asked).rejects.toThrow(/^FORWARD_SENTRY_DSN holds no/)
    },
  )
})

describe('lines', () => {
  test('go to Better Stack as records with `dt`', async () => {
    const request = await requestOf(words.betterstack(), lines)
    expect(request).toMatchObject({
      url: 'https://s1.betterstackdata.com/',
      headers: { authorization: 'Bearer token' },
    })
    const [first, second, third] = jsonOf(request)
    expect(first).toMatchObject({
      dt: at(0),
      level: 'warn',
      message: 'slow',
      service: 'web',
      release: 'r1',
      'db.ms': 12,
    })
    expect(first.trace_id).toBe('a'.repeat(32))
    expect(second).toEqual({ dt: at(0), level: 'warn', message: 'slow', service: 'web', environment: 'production' })
    expect(third.service).toBe('api')
  })

  test('go to Logflare in a batch, with names that its columns may have', async () => {
    const source = '6dc90fb1-2ac7-4a0b-9d5b-8e2b4ec0a6a1'
    const request = await requestOf(words.logflare(source), [
      row(packLines([line({ fields: { 'a.b': [{ '1c': null }] } })])),
    ])
    expect(request).toMatchObject({
      url: `https://api.logflare.app/api/logs?source=${source}`,
      headers: { 'x-api-key': 'key' },
    })
    expect(jsonOf(request)).toEqual({
      batch: [
        {
          ...{ message: 'slow', timestamp: Date.parse(at(0)) },
          metadata: {
            ...{ a_b: [{ _1c: null }], level: 'warn', service: 'web', environment: 'production', release: 'r1' },
            trace_id: 'a'.repeat(32),
          },
        },
      ],
    })
  })

  test('go by OTLP as Gantry reads them back', async () => {
    const request = await requestOf(words.otlp(), lines)
    expect(request.headers).toMatchObject({ 'x-scope': 'a b', 'dd-api-key': '50%' })
    expect(jsonOf(request).resourceLogs).toHaveLength(3)
    const read = otlpLines(jsonOf(request), { ...sender, service: null, receivedAt: at(1) })
    const facts = read.map(item => (item.sink === 'lines' ? item.fact : null))
    expect(facts.map(fact => [fact?.service, fact?.level, fact?.message, fact?.release])).toEqual([
      ...[
        ['web', 'warn', 'slow', 'r1'],
        ['web', 'warn', 'slow', null],
        ['api', 'warn', 'slow', 'r1'],
      ],
    ])
    expect(facts[0]).toMatchObject({ at: at(0), trace: 'a'.repeat(32), environment: 'production' })
    expect(facts[0]?.fields).toMatchObject({ 'db.ms': 12, ok: true, ids: [1], span_id: 'b'.repeat(16) })
  })

  test('that an OTLP receiver rejects in an answer that is well are counted', async () => {
    const { acts } = await forwardFor(words.otlp())
    const answer = { status: 200, headers: {}, body: '{"partialSuccess":{"rejectedLogRecords":"3"}}' }
    expect([acts.rejectedIn(answer), acts.rejectedIn({ ...answer, body: '{}' })]).toEqual([3, 0])
  })

  test('wait where a variable is not set, and the variable is named', async () => {
    await expect(
      requestOf(words.betterstack(), lines, at(0), { ...env, FORWARD_BETTERSTACK_TOKEN: ' ' }),
    ).rejects.toThrow('FORWARD_BETTERSTACK_TOKEN is not set')
  })
})

describe('an answer', () => {
  const acts = { limitsIn: () => ({}) } as unknown as Performing<Forward>
  const judge = (over: Partial<ForwardAnswer>, retryAfterMs: number | null = null) =>
    judgeAnswer({ status: 200, headers: {}, body: '', ...over }, acts, { now: at(0), retryAfterMs })

  test('of a receiver that is full, away, or does not know the key lets what was sent wait', () => {
    expect(judge({ status: 429 })).toMatchObject({ kind: 'failed', retryAfterMs: 60_000 })
    expect(judge({ status: 503, body: '<html>' }, 7)).toMatchObject({
      kind: 'failed',
      retryAfterMs: 7,
      error: 'status 503',
    })
    for (const status of [301, 401, 403, 404, 408]) expect(judge({ status }).kind).toBe('failed')
  })

  test('that calls the body wrong gives it up, and says why', () => {
    expect(judge({ status: 413, headers: { 'x-sentry-error': 'too large' } })).toEqual({
      ...{ kind: 'refused', error: 'status 413: too large' },
    })
    for (const status of [400, 406, 415, 422]) expect(judge({ status }).kind).toBe('refused')
    expect(judge({ status: 202 })).toEqual({ kind: 'sent', limits: {} })
  })
})
