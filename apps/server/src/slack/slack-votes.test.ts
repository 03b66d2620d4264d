import { createHmac } from 'node:crypto'
import type { Role, SlackAccount, SlackAccountStore } from '@gantry/core'
import { GantryError } from '@gantry/core'
import Fastify from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { beforeEach, describe, expect, test } from 'vitest'
import { apiOf } from '../http/route.ts'
import { slackRoutes } from '../http/routes/slack.ts'
import { isSignedBySlack } from './signature.ts'
import { readPress } from './slack-press.ts'
import { type SlackAnswer, voteBySlack } from './slack-votes.ts'

const secret = '8f742231b10e8888abcd99yyyzzz85a5'
const now = new Date('2026-11-27T12:00:00.000Z')
const seconds = (at: Date) => String(Math.floor(at.getTime() / 1_000))
const signed = (body: string, timestamp = seconds(now), by = secret) => ({
  timestamp,
  signature: `v0=${createHmac('sha256', by).update(`v0:${timestamp}:${body}`).digest('hex')}`,
})

const press = (over: Record<string, unknown> = {}, value = { project: 'shop', promotion: 'p1' }) =>
  new URLSearchParams({
    payload: JSON.stringify({
      type: 'block_actions',
      user: { id: 'U1', username: 'leo', name: 'leo' },
      team: { id: 'T1', domain: 'acme' },
      actions: [{ action_id: 'gantry.approve', type: 'button', value: JSON.stringify(value) }],
      state: { values: { reason: { reason: { type: 'plain_text_input', value: 'went through it' } } } },
      response_url: 'https://hooks.slack.com/actions/T1/1/abc',
      ...over,
    }),
  }).toString()

let people: Map<string, string>
let offers: Map<string, SlackAccount>
let roles: Record<string, Role>
let asked: unknown[]
beforeEach(() => {
  people = new Map([['U1', 'leo']])
  offers = new Map()
  roles = { leo: 'release-manager' }
  asked = []
})
const accounts: SlackAccountStore = {
  personOf: async ({ user }) => people.get(user) ?? null,
  offer: async (account, hash) => void offers.set(hash, account),
  offered: async hash => offers.get(hash) ?? null,
  take: async () => null,
  of: async () => [],
  remove: async () => false,
}
const parts: Parameters<typeof voteBySlack>[1] = {
  accounts,
  access: {
    person: async id => ({ id, name: 'Leo', email: null, isServerOwner: false }),
    role: async (project, id) => (project === 'shop' ? (roles[id] ?? null) : null),
    knownAs: async () => ({ names: [], emails: [] }),
  },
  promotionsOf: project =>
    project === 'nowhere'
      ? null
      : {
          async approve(id, decision) {
            asked.push(['approve', id, decision])
            if (decision.reason === '') throw new GantryError('REASON_REQUIRED', 'expected a reason, got nothing')
            return {} as never
          },
          async reject(id, decision) {
            asked.push(['reject', id, decision])
            return {} as never
          },
          shown: async () =>
            ({
              ...{
                state: 'ready',
                approvals: [],
                approvalsNeeded: 2,
                release: 'a'.repeat(40),
                environment: 'production',
              },
            }) as never,
        },
  url: () => 'https://gantry.example',
  now: () => now,
}
const vote = (body = press()): Promise<SlackAnswer> => {
  const read = readPress(body)
  if (!read) throw new Error('nothing was pressed')
  return voteBySlack(read, parts)
}

describe('a signature', () => {
  const body = Buffer.from('payload=%7B%7D')
  const own = signed(body.toString())
  test.each([
    ['of these bytes, a moment ago', own, secret, now, true],
    ['of other bytes', signed('payload=%7B'), secret, now, false],
    ['by another secret', signed(body.toString(), own.timestamp, 'another'), secret, now, false],
    ['of another time than it says', { ...own, timestamp: String(Number(own.timestamp) + 1) }, secret, now, false],
    ['kept for more than five minutes', own, secret, new Date(now.getTime() + 300_001), false],
    ['of more than five minutes ahead', own, secret, new Date(now.getTime() - 300_001), false],
    ['that is none', { timestamp: own.timestamp, signature: undefined }, secret, now, false],
    ['without a time', { timestamp: 'soon', signature: own.signature }, secret, now, false],
  ])('%s', (_, given, by, at, isGood) => {
    expect(isSignedBySlack(body, given, by, at.getTime())).toBe(isGood)
  })
})

test('whoever presses votes as the person they are linked to, with the reason they typed', async () => {
  expect(await vote()).toEqual({
    text: 'Leo approved aaaaaaa for production: went through it (0 of 2 approvals)',
    ...{ isForAll: true, replaces: false },
  })
  const person = { id: 'leo', name: 'Leo', role: 'release-manager' }
  expect(asked).toEqual([['approve', 'p1', { person, reason: 'went through it' }]])
})

test('whoever is linked to nobody is told where to link, and nothing is decided', async () => {
  people.clear()
  const { text, isForAll } = await vote()
  const [, link = ''] = /#slack=([\w-]+)\|Link your account> within 10 minutes/.exec(text) ?? []
  expect([link.length > 20, isForAll, asked]).toEqual([true, false, []])
  expect([...offers.values()]).toEqual([{ team: 'T1', user: 'U1', label: 'leo of acme' }])
  expect([...offers.keys()]).not.toContain(link)
})

test.each([
  [
    'a role that decides nothing',
    () => {
      roles = { leo: 'developer' }
    },
    press(),
    'has the role developer',
  ],
  [
    'no role in the project',
    () => {
      roles = {}
    },
    press(),
    'no project shop',
  ],
  ['a project that is not there', () => {}, press({}, { project: 'nowhere', promotion: 'p1' }), 'no project nowhere'],
])('with %s nothing is decided, and only who pressed is told', async (_, arrange, body, why) => {
  arrange()
  expect(await vote(body)).toMatchObject({ text: expect.stringContaining(why), isForAll: false })
  expect(asked).toEqual([])
})

test('what the desk refuses is said with what to do', async () => {
  expect((await vote(press({ state: undefined }))).text).toMatch(/^expected a reason, got nothing\. Say why/)
})

test.each([
  ['a link that was followed', { actions: [{ action_id: 'open' }] }],
  ['another address to answer to', { response_url: 'https://hooks.slack.com.evil.example/x' }],
  ['an address of this machine', { response_url: 'http://127.0.0.1/x' }],
  ['what is no press', { type: 'view_submission' }],
  ['a button of another promotion form', { actions: [{ action_id: 'gantry.approve', value: '{}' }] }],
])('%s is no press of a button', (_, over) => expect(readPress(press(over))).toBeNull())

test('the route decides what Slack signed, and nothing else', async () => {
  const app = Fastify()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  const responded: [string, SlackAnswer][] = []
  slackRoutes(apiOf(app), {
    ...{ secret, accounts, ledger: {} as never, now: () => now },
    vote: read => voteBySlack(read, parts),
    respond: async (url, answer) => void responded.push([url, answer]),
  })
  const post = (body: string, { timestamp, signature } = signed(body)) =>
    app.inject({
      ...{ method: 'POST', url: '/webhooks/slack', payload: body },
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signature,
      },
    })
  expect((await post(press())).statusCode).toBe(200)
  expect(responded).toMatchObject([['https://hooks.slack.com/actions/T1/1/abc', { isForAll: true }]])
  const forged = await post(press(), signed(press(), seconds(now), 'another'))
  expect(forged.json()).toMatchObject({ code: 'SLACK_SIGNATURE_WRONG' })
  expect((await post(press({ actions: [] }))).statusCode).toBe(200)
  expect([asked.length, responded.length]).toEqual([1, 1])
})
