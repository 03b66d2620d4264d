import type { Notice } from '@gantry/core'
import { defineChannel, jsonRequest, required } from '../define-channel.ts'
import { decisionBlocks } from './buttons.ts'
import { signingSecret, slack } from './settings.ts'

/** Incoming webhook: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export const channel = defineChannel(slack, {
  requestFor(notice, { webhookUrlEnv }, env) {
    const text = textFor(notice)
    const { project, promotion } = notice
    // Without the secret nobody could tell what Slack sends from what anybody sends: then people follow the link.
    const hasButtons = promotion !== undefined && Boolean(env[signingSecret])
    const blocks = hasButtons ? { blocks: decisionBlocks({ project, promotion }, text) } : {}
    return jsonRequest(required(env, webhookUrlEnv), { text, ...blocks })
  },
})

const icons: Record<Notice['kind'], string> = {
  opened: ':rotating_light:',
  reopened: ':rotating_light:',
  acknowledged: ':eyes:',
  'further-sign': ':heavy_plus_sign:',
  'rolled-back': ':rewind:',
  'not-rolled-back': ':no_entry:',
  resolved: ':white_check_mark:',
  deployed: ':rocket:',
  'alert-firing': ':warning:',
  'alert-resolved': ':white_check_mark:',
  issue: ':beetle:',
  'approval-wanted': ':raised_hand:',
  test: ':bell:',
}

function textFor(notice: Notice): string {
  const said = notice.kind.replaceAll('-', ' ')
  const what = notice.incident === null ? said : `incident ${notice.incident} ${said}`
  const links = [`<${notice.url}|Open>`, ...(notice.runbookUrl ? [`<${notice.runbookUrl}|Runbook>`] : [])]
  return `${icons[notice.kind]} *${escaped(notice.project)} ${notice.environment}: ${what}*${notice.by ? ` by ${escaped(notice.by)}` : ''}\n${escaped(notice.title)}\n${links.join(' · ')}`
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
