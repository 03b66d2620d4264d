import { pagerduty } from './pagerduty.ts'
import { slack } from './slack.ts'
import { webhook } from './webhook.ts'

/** The only list of channels. */
export const channels = [pagerduty, slack, webhook] as const
