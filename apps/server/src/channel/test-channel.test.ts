import { local, parseConfig, slack } from '@gantry/config'
import { createCourier } from '@gantry/watch'
import { memoryOutbox } from '@gantry/watch/testing'
import { expect, test } from 'vitest'
import { configPlaces } from './config-places.ts'
import { testChannel } from './test-channel.ts'

const config = parseConfig({
  project: 'shop',
  services: { web: { path: '.', deploy: local({ kind: 'static' }) } },
  environments: { staging: { on: 'main' } },
  routes: [{ severity: 'critical', to: [slack('#ops')] }, { to: [slack('#ops')] }],
})
const now = () => new Date('2026-11-23T10:00:00.000Z')

/** Sent by the real courier; the receiver answers with that status, or hangs. */
async function tried(channel: string, status: number | null, env: Record<string, string>) {
  const outbox = memoryOutbox()
  const asked: string[] = []
  const courier = createCourier({
    outbox,
    channelOf: async name => config.routes.flatMap(({ to }) => to).find(each => each.name === name) ?? null,
    env,
    fetch: async (_url, init) => {
      asked.push(String(init?.body))
      return status === null ? new Promise(() => {}) : new Response(null, { status })
    },
    now,
    onError(cause) {
      throw cause
    },
  })
  const nudge = () => void courier.look()
  const of = { project: 'shop', config, outbox, nudge, url: 'http://gantry/p/shop', by: 'Ana', newId: () => 'id', now }
  return { told: await testChannel(channel, { ...of, waitMs: 150 }), asked, outbox }
}
const env = { SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/x' }

test('a channel that takes the test says so, and was told who sent it', async () => {
  const { told, asked, outbox } = await tried('slack:#ops', 200, env)
  expect(told).toMatchObject({ state: 'sent', attempts: 1, lastError: null, kind: 'test' })
  expect(asked).toHaveLength(1)
  expect(asked[0]).toContain('a test of this channel, sent by Ana')
  const stored = { name: 'shop', number: 1, config, configSha: 'abc', createdAt: now().toISOString() }
  const text = "routes: [\n  { severity: 'critical', to: [slack('#ops')] }]"
  expect(configPlaces(stored as never, text, await outbox.newest('shop')).channels).toEqual([
    { name: 'slack:#ops', type: 'slack', line: 2, routes: ['critical', null], told },
  ])
})

test.each([
  ['refuses it', 403, env, { state: 'dead', lastError: 'status 403' }],
  ['fails', 500, env, { state: 'pending', attempts: 1, lastError: 'status 500' }],
  ['has no address here', 200, {}, { state: 'dead', lastError: 'SLACK_WEBHOOK_URL is not set' }],
  ['does not answer', null, env, { state: 'pending', attempts: 0 }],
])('one that %s says what happened, and keeps nobody waiting', async (_, status, own, told) => {
  expect((await tried('slack:#ops', status, own)).told).toMatchObject(told)
})

test('one that no route names is not known', async () => {
  await expect(tried('slack:#else', 200, env)).rejects.toThrow(/no route of gantry.config.ts names/)
})
