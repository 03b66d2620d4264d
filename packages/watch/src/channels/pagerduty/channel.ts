import type { Notice } from '@gantry/core'
import { defineChannel, jsonRequest, required } from '../define-channel.ts'
import { pagerduty } from './settings.ts'

const enqueueUrl = 'https://events.pagerduty.com/v2/enqueue'

/** Events API v2: https://developer.pagerduty.com/docs/events-api-v2-overview */
export const channel = defineChannel(pagerduty, {
  requestFor(notice, { routingKeyEnv }, env) {
    const event_action = actions[notice.kind]
    if (!event_action) return null
    const base = { routing_key: required(env, routingKeyEnv), event_action, dedup_key: notice.dedupKey }
    const url = env['PAGERDUTY_URL'] || enqueueUrl
    return jsonRequest(url, event_action === 'trigger' ? { ...base, ...triggerOf(notice) } : base)
  },
})

const actions: Partial<Record<Notice['kind'], 'trigger' | 'acknowledge' | 'resolve'>> = {
  opened: 'trigger',
  reopened: 'trigger',
  test: 'trigger',
  acknowledged: 'acknowledge',
  resolved: 'resolve',
}

function triggerOf(notice: Notice) {
  return {
    payload: {
      summary: notice.title.slice(0, 1_024),
      source: notice.service ?? notice.project,
      severity: notice.severity,
      timestamp: notice.at,
      component: notice.service ?? undefined,
      group: notice.environment,
      custom_details: {
        project: notice.project,
        environment: notice.environment,
        release: notice.release,
        incident: notice.incident,
      },
    },
    links: notice.runbookUrl ? [{ href: notice.runbookUrl, text: 'Runbook' }] : [],
    client: 'Gantry',
    client_url: notice.url,
  }
}
