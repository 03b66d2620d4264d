import { ErrorEvent, EventDetails, GantryError } from '@gantry/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { usualSettings } from '../../testing/sender.ts'
import { clientClock } from './client-clock.ts'
import { eventDetails } from './event-details.ts'
import { readEvent } from './read-event.ts'

const context = {
  project: 'shop',
  receivedAt: '2026-11-23T10:00:00.000Z',
  service: 'backend',
  envelopeId: undefined,
  newId: 'f'.repeat(32),
  settings: usualSettings,
  clock: clientClock('2026-11-23T10:00:00.000Z'),
}
const read = (event: unknown, more: Partial<typeof context> = {}) =>
  readEvent(Buffer.from(JSON.stringify(event)), { ...context, ...more })
const fact = (event: unknown, more: Partial<typeof context> = {}) => read(event, more).fact.event

test('reads what an SDK sends', () => {
  const event = fact({
    event_id: 'A'.repeat(32),
    timestamp: 1_795_428_000.5,
    level: 'fatal',
    platform: 'node',
    release: 'r1',
    environment: 'staging',
    transaction: 'GET /',
    tags: { service: 'api', n: 3 },
    fingerprint: ['{{ default }}', 7, null],
    user: { id: 5, email: 'a@b.c' },
    request: { url: 'http://h/x' },
    contexts: { trace: { trace_id: 't' } },
    sdk: { name: 'sentry.javascript.node', version: '11' },
    breadcrumbs: {
      values: [
        {
          timestamp: 1_795_428_000,
          category: 'http',
          level: 'info',
          data: { method: 'GET', url: '/a', status_code: 200 },
        },
        { message: 'said' },
      ],
    },
    exception: {
      values: [
        {
          type: 'TypeError',
          value: 'x is undefined',
          mechanism: { handled: false, synthetic: true },
          stacktrace: {
            frames: [
              {
                filename: 'a.ts',
                function: 'f',
                lineno: 3,
                colno: 9,
                in_app: false,
                context_line: 'x()',
                pre_context: ['a', 1],
                post_context: [],
              },
              { abs_path: '/b.ts' },
              { module: 'm' },
              {},
            ],
          },
        },
      ],
    },
  })
  expect(event).toMatchObject({
    id: 'a'.repeat(32),
    at: '2026-11-23T10:00:00.500Z',
    level: 'fatal',
    environment: 'staging',
    release: 'r1',
    service: 'api',
    user: '5',
    userNames: ['a@b.c'],
    url: 'http://h/x',
    traceId: 't',
    sdk: 'sentry.javascript.node 11',
    tags: { service: 'api', n: '3' },
    fingerprint: ['{{ default }}', '7'],
    breadcrumbs: [
      { at: '2026-11-23T10:00:00.000Z', category: 'http', message: 'GET /a 200' },
      { message: 'said', at: null },
    ],
    exceptions: [
      {
        isHandled: false,
        isSynthetic: true,
        frames: [
          { file: 'a.ts', line: 3, isInApp: false, context: { pre: ['a', '1'], line: 'x()', post: [] } },
          { file: '/b.ts', isInApp: true },
          { file: 'm' },
          { file: '' },
        ],
      },
    ],
  })
})

test('the id of the envelope wins, dashes or not; without any a new one is given', () => {
  expect(fact({ event_id: 'b'.repeat(32) }, { envelopeId: '3f2504e0-4f89-11d3-9a0c-0305e82c3301' as never }).id).toBe(
    '3f2504e04f8911d39a0c0305e82c3301',
  )
  expect(fact({ event_id: 'short' }).id).toBe(context.newId)
})

test('takes messages and tags in each of their forms', () => {
  expect(fact({ message: 'plain' }).message).toBe('plain')
  expect(fact({ message: { formatted: 'f' } }).message).toBe('f')
  expect(fact({ message: { message: 'm' } }).message).toBe('m')
  expect(fact({ logentry: { message: 'l' } }).message).toBe('l')
  expect(fact({ tags: [['a', 'b'], ['c'], 7] }).tags).toEqual({ a: 'b' })
})

test('knows what a probe of Gantry brought about, however the client writes headers down', () => {
  const of = (headers: unknown) => fact({ request: { headers } }).tags['gantry.probe']
  expect(of({ 'X-Gantry-Probe': '1' })).toBe('true')
  expect(of([['x-gantry-probe', '1']])).toBe('true')
  for (const headers of [{ 'user-agent': 'gantry-probe' }, [['x-other']], null, 'x-gantry-probe'])
    expect(of(headers)).toBeUndefined()
})

test('a secret is neither in the event nor in the payload beside it, and is counted', () => {
  const sent = { message: 'login failed: password=hunter2', request: { cookies: { sid: 'abc' } }, extra: { pin: 1 } }
  const { fact, scrubbed } = read(sent)
  expect(fact.event.message).toBe('login failed: password=[scrubbed]')
  expect(Buffer.from(fact.payload).toString()).not.toMatch(/hunter2|abc/)
  expect(JSON.parse(Buffer.from(fact.payload).toString())).toMatchObject({ extra: { pin: 1 } })
  expect(scrubbed).toEqual({ password: 1, cookie: 1 })
})

test('a payload with nothing secret in it is kept to the byte, and its own bytes alone', () => {
  const text = ' {"message":"plain", "odd" : 1}'
  const whole = Buffer.concat([Buffer.alloc(1_000_000), Buffer.from(text)])
  const { fact, scrubbed } = readEvent(whole.subarray(1_000_000), context)
  expect([Buffer.from(fact.payload).toString(), scrubbed]).toEqual([text, undefined])
  expect(fact.payload.buffer.byteLength).toBeLessThan(100_000)
})

test('a clock that is wrong is replaced by ours', () => {
  for (const timestamp of ['yesterday', -5, 9e12, null, {}]) expect(fact({ timestamp }).at).toBe(context.receivedAt)
  expect(fact({ timestamp: '2026-11-22T00:00:00Z' }).at).toBe('2026-11-22T00:00:00.000Z')
  // Older SDKs leave out the zone.
  expect(fact({ timestamp: '2026-11-22T00:00:00' }).at).toBe('2026-11-22T00:00:00.000Z')
})

test('a clock that is ahead or behind never stands first, and is put right by when the client says it sent', () => {
  const hours = (count: number) => new Date(Date.parse(context.receivedAt) + count * 3_600_000).toISOString()
  const dayAgo = hours(-1)
  for (const off of [22, -24 * 400])
    expect(fact({ timestamp: hours(off) }, { clock: clientClock(context.receivedAt) }).at).toBe(context.receivedAt)
  for (const off of [22, -24 * 400]) {
    const clock = clientClock(context.receivedAt, hours(off))
    expect(fact({ timestamp: hours(off - 1), breadcrumbs: [{ timestamp: hours(off - 1) }] }, { clock })).toMatchObject({
      at: dayAgo,
      breadcrumbs: [{ at: dayAgo }],
    })
  }
  // What was on its way for a few seconds is no wrong clock.
  const clock = clientClock(context.receivedAt, new Date(Date.parse(context.receivedAt) - 20_000).toISOString())
  expect(fact({ timestamp: dayAgo }, { clock }).at).toBe(dayAgo)
})

test('everything the event does not say is in its details, and what nobody knows, too', () => {
  const frames = [{ function: 'f', vars: { cart: [1], name: 'ana' } }, { function: 'g' }]
  const sent = {
    user: { id: 5, geo: { city: 'Bern' } },
    request: { method: 'POST', headers: [['accept', 'x']], data: { a: 1 } },
    contexts: { os: { name: 'linux' }, flags: { values: [{ flag: 'new-cart', result: true }] }, odd: 7 },
    extra: { state: { deep: [1] } },
    modules: { react: '19.0.0' },
    threads: {
      values: [{ id: 1, name: 'main', crashed: true, stacktrace: { frames: [{ function: 'h', filename: 'a.c' }] } }],
    },
    server_name: 'web-1',
    dist: 'd7',
    from_tomorrow: { a: true },
    breadcrumbs: [{ message: 'a', data: { b: 1 } }, { message: 'c' }],
    exception: { values: [{ type: 'A', stacktrace: { frames } }] },
  }
  const details = eventDetails(Buffer.from(JSON.stringify(sent)))
  expect(EventDetails.parse(details)).toEqual(details)
  const said = Object.fromEntries(
    details.sections.map(({ title, facts }) => [
      title,
      Object.fromEntries(facts.map(({ name, value }) => [name, value])),
    ]),
  )
  expect(said).toMatchObject({
    person: { id: '5' },
    request: { method: 'POST', data: expect.stringContaining('"a": 1') },
    os: { name: 'linux' },
    flags: { 'new-cart': 'true' },
    modules: { react: '19.0.0' },
    threads: { 1: 'main, crashed, in h (a.c)' },
    other: { server_name: 'web-1', dist: 'd7', from_tomorrow: expect.stringContaining('true') },
  })
  expect(details.variables).toEqual([[{ cart: '[\n 1\n]', name: 'ana' }, null]])
  expect(details.trail).toEqual(['{\n "b": 1\n}', null])
})

test('says what is missing in an empty event', () => {
  expect(fact({})).toMatchObject({
    environment: 'production',
    release: null,
    level: 'error',
    platform: 'other',
    service: 'backend',
    message: null,
    user: null,
    sdk: null,
  })
})

test.each(['', 'nonsense', '[]', '7', 'null', '{"a":'])('refuses the payload %j by name', text => {
  expect(() => readEvent(Buffer.from(text), context)).toThrow(expect.objectContaining({ code: 'ENVELOPE_MALFORMED' }))
})

test('NUL and half characters never reach the database', () => {
  const event = fact({ message: 'a\u0000b\ud800c', tags: { 'k\u0000': '\udc00' } })
  expect(event.message).toBe('ab\ufffdc')
  expect(JSON.stringify(event)).not.toContain('\\u0000')
})

test('whatever JSON comes, it is an event or refused by name', () => {
  const anything = fc.dictionary(
    fc.constantFrom(
      'event_id',
      'timestamp',
      'level',
      'tags',
      'user',
      'exception',
      'breadcrumbs',
      'message',
      'logentry',
      'fingerprint',
      'contexts',
      'request',
      'sdk',
      'platform',
      'release',
      'environment',
      'transaction',
    ),
    fc.jsonValue(),
  )
  fc.assert(
    fc.property(fc.oneof(anything, fc.jsonValue()), value => {
      try {
        const { event, payload } = read(value).fact
        expect(ErrorEvent.safeParse(event).error).toBeUndefined()
        expect(EventDetails.safeParse(eventDetails(payload)).error).toBeUndefined()
      } catch (cause) {
        expect(cause).toBeInstanceOf(GantryError)
      }
    }),
    { numRuns: 500 },
  )
})
