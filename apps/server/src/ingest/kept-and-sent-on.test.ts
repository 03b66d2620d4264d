import { Readable } from 'node:stream'
import { type FoundKey, forwardedHeader, GantryError, type ItemOutcome } from '@gantry/core'
import { IngestConfig } from '@gantry/core/config'
import { loadProtocols } from '@gantry/ingest'
import { beforeEach, expect, test } from 'vitest'
import { Intake, type Sinks } from './intake.ts'

const key = {
  ...{ id: 'k', key: 'a'.repeat(32), project: 'shop', service: null, kind: 'client', origins: [], perMinute: null },
} as unknown as FoundKey
const event = `{"type":"event"}\n{"message":"odd"}`
const session = `{"type":"session"}\n{"sid":"s1","init":true,"status":"ok","attrs":{"release":"r1"}}`
const checkIn = (name: string) => `{"type":"check_in"}\n{"monitor_slug":"${name}","status":"ok"}`

/** What the sinks and the queue of what is sent on did, in its order. */
let acts: string[] = []
let failures: Partial<Record<keyof Sinks | 'forwards', Error>> = {}
let counted: ItemOutcome[] = []
beforeEach(() => {
  ;[acts, failures, counted] = [[], {}, []]
})

const sink = (name: keyof Sinks) => async () => {
  await null
  const failure = failures[name]
  if (failure) throw failure
  acts.push(name)
}
const sinks = {
  ...{ events: sink('events'), sessions: sink('sessions'), items: sink('items') },
  'check-ins': async (facts: { name: string }[]) =>
    new Map(facts.flatMap(({ name }, place) => (name === 'new' ? [[place, 'too-many-jobs'] as const] : []))),
} as unknown as Sinks

const intake = new Intake({
  keys: { find: async () => key, projectOf: async () => 'shop' },
  counter: { add: (_about, outcomes) => void counted.push(...outcomes) },
  ...{ usual: { spikeOf: () => null }, requireRoom: () => undefined, sinksOf: () => sinks },
  settingsOf: async () => IngestConfig.parse({}),
  webhookSecret: async () => null,
  forwardsOf: () => ({
    plan: async () => ({ envelopes: [{ name: 'paid', asReceived: false }], lines: [] }),
    async add(_plan, { items, relay }) {
      if (failures.forwards) throw failures.forwards
      const sent = relay?.(items, false)
      if (sent) acts.push(`sent on: ${sent.categories.join()}`)
    },
  }),
  ...{ now: () => new Date('2026-11-28T12:00:00Z'), newId: () => 'f'.repeat(32) },
})
const protocols = await loadProtocols()

function send(items: string[], headers: Record<string, string> = {}) {
  const sentry = protocols.find(({ settings }) => settings.name === 'sentry')
  if (!sentry) throw new Error('no protocol is called sentry')
  const asked = { path: '/api/:number/envelope/', params: { number: '1' }, query: { sentry_key: key.key }, headers }
  return intake.receive(sentry, asked, Readable.from([Buffer.from(`{}\n${items.join('\n')}\n`)]))
}

test('what was kept is sent on after that and before it is answered, and what a Gantry sent on goes no further', async () => {
  await send([event])
  expect(acts).toEqual(['events', 'sent on: error'])
  await send([event], { [forwardedHeader]: '1' })
  expect(acts.splice(0)).toEqual(['events', 'sent on: error', 'events'])
  failures = { forwards: new GantryError('INGEST_OVERLOADED', 'full') }
  await expect(send([event])).rejects.toThrow('full')
})

test('what its sink refused is not sent on: the client sends it again', async () => {
  failures = { events: new GantryError('INGEST_OVERLOADED', 'full') }
  await expect(send([event])).rejects.toThrow('full')
  expect(acts).toEqual([])
  await expect(send([event, session])).rejects.toThrow('full')
  expect(acts).toEqual(['sessions', 'sent on: session'])
})

test('a job too many is answered and counted as dropped, and silences no other job', async () => {
  const answer = await send([checkIn('nightly'), checkIn('new'), checkIn('hourly')])
  expect(answer).toMatchObject({
    ...{ status: 200, body: { dropped: [{ category: 'monitor', reason: 'too-many-jobs', quantity: 1 }] } },
  })
  expect(answer.headers['x-sentry-rate-limits']).toBeUndefined()
  expect(counted.map(({ outcome, quantity }) => [outcome, quantity])).toEqual([
    ['taken', 1],
    ['dropped', 1],
    ['taken', 1],
  ])
})
