import { readdir } from 'node:fs/promises'
import type { AnyWord } from '@gantry/core/config'
import { describe, expect, test } from 'vitest'
import { requestFor } from '../outbox/request-for.ts'
import { notice } from '../testing/memory-outbox.ts'
import { MissingSetting } from './define-channel.ts'
import { channelFor } from './index.ts'
import * as channels from './settings.ts'
import { pressedButton } from './slack/buttons.ts'

const env = {
  SLACK_WEBHOOK_URL: 'http://127.0.0.1:1/slack',
  PAGERDUTY_ROUTING_KEY: 'k'.repeat(32),
  GANTRY_WEBHOOK_URL: 'http://127.0.0.1:1/hook',
}
const kinds = ['opened', 'reopened', 'acknowledged', 'resolved', 'rolled-back', 'deployed', 'test'] as const

test('every folder here is a channel of the list, with both its halves', async () => {
  const folders = (await readdir(import.meta.dirname, { withFileTypes: true })).filter(each => each.isDirectory())
  expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(channels).sort())
  for (const [name, { settings }] of Object.entries<AnyWord>(channels)) {
    const { acts } = await channelFor({ type: name, name })
    expect(acts.settings).toBe(settings)
  }
})

describe.each(Object.keys(channels))('%s', type => {
  const config = { type, name: `${type}:x` }

  test.each(kinds)('has words, or no use, for “%s”, as JSON to an address', async kind => {
    const request = await requestFor(notice({ kind, by: 'Ana' }), config, env)
    if (request === null) return
    expect(URL.canParse(request.url)).toBe(true)
    expect(request.headers['content-type']).toBe('application/json')
    expect(() => JSON.parse(request.body)).not.toThrow()
  })

  test('names the variable that is not set, one of those its settings say it reads', async () => {
    const { acts, settings } = await channelFor(config)
    const names = acts.settings.env(settings).flatMap(each => (each.whenLeftOut === undefined ? [each.name] : []))
    const asked = requestFor(notice(), config, {})
    await expect(asked).rejects.toThrow(MissingSetting)
    await expect(asked).rejects.toThrow(new RegExp(`^(${names.join('|')}) is not set`))
    const all = Object.fromEntries(names.map(name => [name, 'https://example.com/']))
    expect(await requestFor(notice(), config, all)).not.toBeNull()
  })
})

test('a channel of another time is refused by its nearest name, and for what it sets', async () => {
  const refused = (config: { type: string; name: string }) => requestFor(notice(), config, env)
  await expect(refused({ type: 'slak', name: 's' })).rejects.toThrow(/there is no channel "slak"; did you mean "slack"/)
  await expect(refused({ type: 'constructor', name: 's' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  const loud = { type: 'slack', name: 's', volume: 11 }
  await expect(refused(loud)).rejects.toThrow(/channel "slack": .*volume/)
})

test('Slack gets one text with links, its own characters escaped', async () => {
  const request = await requestFor(notice({ by: 'Ana' }), { type: 'slack', name: 'slack:#ops' }, env)
  expect(request?.url).toBe(env.SLACK_WEBHOOK_URL)
  const { text } = JSON.parse(request?.body ?? '')
  expect(text).toContain('&lt;backend&gt; fail &amp; burn')
  expect(text).toContain('<http://127.0.0.1:4400/runbooks/bad-release|Runbook>')
  const bare = await requestFor(notice({ incident: null, runbookUrl: null }), { type: 'slack', name: 's' }, env)
  expect(JSON.parse(bare?.body ?? '').text).not.toContain('Runbook')
})

test('Slack gets a field and two buttons for a promotion that waits, where what is pressed can be proved', async () => {
  const asked = notice({ kind: 'approval-wanted', incident: null, promotion: 'p1' })
  const sent = async (more: object) =>
    JSON.parse((await requestFor(asked, { type: 'slack', name: 's' }, { ...env, ...more }))?.body ?? '')
  expect(await sent({})).not.toHaveProperty('blocks')
  const { text, blocks } = await sent({ SLACK_SIGNING_SECRET: 'secret' })
  expect(blocks.map(({ type }: { type: string }) => type)).toEqual(['section', 'input', 'actions'])
  expect(blocks[0].text.text).toBe(text)
  const pressed = blocks[2].elements.map(({ action_id, value }: Record<string, string>) =>
    pressedButton(action_id ?? '', value ?? ''),
  )
  expect(pressed).toEqual([
    { verb: 'approve', project: 'shop', promotion: 'p1' },
    { verb: 'reject', project: 'shop', promotion: 'p1' },
  ])
  expect(pressedButton('constructor', '{}')).toBeNull()
})

test('PagerDuty joins by dedup key: trigger, acknowledge, resolve; nothing else is its business', async () => {
  const action = async (kind: (typeof kinds)[number]) => {
    const request = await requestFor(notice({ kind }), { type: 'pagerduty', name: 'pagerduty' }, env)
    return request && JSON.parse(request.body)
  }
  expect(await action('opened')).toMatchObject({
    event_action: 'trigger',
    dedup_key: 'gantry-shop-incident-1',
    payload: { severity: 'critical', source: 'backend' },
    links: [{ text: 'Runbook' }],
  })
  expect(await action('acknowledged')).toEqual({
    routing_key: env.PAGERDUTY_ROUTING_KEY,
    event_action: 'acknowledge',
    dedup_key: 'gantry-shop-incident-1',
  })
  expect(await action('resolved')).toMatchObject({ event_action: 'resolve' })
  expect(await action('rolled-back')).toBeNull()
  const bare = await requestFor(
    notice({ service: null, runbookUrl: null, title: 'x'.repeat(5_000) }),
    { type: 'pagerduty', name: 'p' },
    { ...env, PAGERDUTY_URL: 'http://127.0.0.1:9/enqueue' },
  )
  expect(bare?.url).toBe('http://127.0.0.1:9/enqueue')
  expect(JSON.parse(bare?.body ?? '').payload).toMatchObject({ source: 'shop', summary: 'x'.repeat(1_024) })
})
