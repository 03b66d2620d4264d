import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { requestFor } from '../outbox/request-for.ts'
import { notice } from '../testing/memory-outbox.ts'
import { MissingSetting } from './define-channel.ts'
import { channels } from './index.ts'

const env = {
  SLACK_WEBHOOK_URL: 'http://127.0.0.1:1/slack',
  PAGERDUTY_ROUTING_KEY: 'k'.repeat(32),
  GANTRY_WEBHOOK_URL: 'http://127.0.0.1:1/hook',
}
const kinds = ['opened', 'reopened', 'acknowledged', 'resolved', 'rolled-back', 'deployed', 'test'] as const

test('every file here that is a channel is registered, and only those', async () => {
  const files = (await readdir(import.meta.dirname)).map(name => name.replace('.ts', ''))
  const named = files.filter(name => !name.includes('.') && name !== 'index' && name !== 'define-channel')
  expect(named.sort()).toEqual(channels.map(({ type }) => type).sort())
})

describe.each(channels.map(({ type }) => type))('%s', type => {
  const config = { type, name: `${type}:x` }

  test.each(kinds)('has words, or no use, for “%s”, as JSON to an address', kind => {
    const request = requestFor(notice({ kind, by: 'Ana' }), config, env)
    if (request === null) return
    expect(URL.canParse(request.url)).toBe(true)
    expect(request.headers['content-type']).toBe('application/json')
    expect(() => JSON.parse(request.body)).not.toThrow()
  })

  test('names the variable that is not set', () => {
    expect(() => requestFor(notice(), config, {})).toThrow(MissingSetting)
    expect(() => requestFor(notice(), config, {})).toThrow(/[A-Z_]+ is not set/)
  })

  test('refuses a setting it does not know', () => {
    expect(() => requestFor(notice(), { ...config, volume: 11 }, env)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })
})

test('a channel nobody knows is refused with those there are', () => {
  expect(() => requestFor(notice(), { type: 'pigeon', name: 'p' }, env)).toThrow(/pagerduty, slack, webhook/)
})

test('Slack gets one text with links, its own characters escaped', () => {
  const request = requestFor(notice({ by: 'Ana' }), { type: 'slack', name: 'slack:#ops' }, env)
  expect(request?.url).toBe(env.SLACK_WEBHOOK_URL)
  const { text } = JSON.parse(request?.body ?? '')
  expect(text).toContain('&lt;backend&gt; fail &amp; burn')
  expect(text).toContain('<http://127.0.0.1:4400/runbooks/bad-release|Runbook>')
  expect(
    JSON.parse(requestFor(notice({ incident: null, runbookUrl: null }), { type: 'slack', name: 's' }, env)?.body ?? '')
      .text,
  ).not.toContain('Runbook')
})

test('PagerDuty joins by dedup key: trigger, acknowledge, resolve; nothing else is its business', () => {
  const action = (kind: (typeof kinds)[number]) => {
    const request = requestFor(notice({ kind }), { type: 'pagerduty', name: 'pagerduty' }, env)
    return request && JSON.parse(request.body)
  }
  expect(action('opened')).toMatchObject({
    event_action: 'trigger',
    dedup_key: 'gantry-shop-incident-1',
    payload: { severity: 'critical', source: 'backend' },
    links: [{ text: 'Runbook' }],
  })
  expect(action('acknowledged')).toEqual({
    routing_key: env.PAGERDUTY_ROUTING_KEY,
    event_action: 'acknowledge',
    dedup_key: 'gantry-shop-incident-1',
  })
  expect(action('resolved')).toMatchObject({ event_action: 'resolve' })
  expect(action('rolled-back')).toBeNull()
  const bare = requestFor(
    notice({ service: null, runbookUrl: null, title: 'x'.repeat(5_000) }),
    { type: 'pagerduty', name: 'p' },
    { ...env, PAGERDUTY_URL: 'http://127.0.0.1:9/enqueue' },
  )
  expect(bare?.url).toBe('http://127.0.0.1:9/enqueue')
  expect(JSON.parse(bare?.body ?? '').payload).toMatchObject({ source: 'shop', summary: 'x'.repeat(1_024) })
})
