import { pressedButton } from '@gantry/watch'
import * as z from 'zod'

/** What Slack sends when somebody presses a button: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const Payload = z.looseObject({
  type: z.literal('block_actions'),
  user: z.looseObject({ id: z.string().min(1), username: z.string().optional() }),
  team: z.looseObject({ id: z.string().min(1), domain: z.string().optional() }),
  actions: z.array(z.looseObject({ action_id: z.string(), value: z.string().optional() })),
  state: z
    .looseObject({ values: z.record(z.string(), z.record(z.string(), z.looseObject({ value: z.string().nullish() }))) })
    .optional(),
  response_url: z.url({ protocol: /^https$/, hostname: /^hooks\.slack(-gov)?\.com$/ }),
})

/** Somebody in Slack decides about a promotion. */
export interface SlackPress {
  account: { team: string; user: string; label: string }
  verb: 'approve' | 'reject'
  project: string
  promotion: string
  reason: string
  /** Where the answer goes. */
  respondTo: string
}

/** Null for what is none of Gantry's buttons, such as a link that was followed. */
export function readPress(body: string): SlackPress | null {
  const { data } = Payload.safeParse(jsonIn(new URLSearchParams(body).get('payload') ?? ''))
  const pressed = data?.actions.flatMap(({ action_id, value = '' }) => pressedButton(action_id, value) ?? [])[0]
  if (!data || !pressed) return null
  const { user, team, state, response_url: respondTo } = data
  const typed = Object.values(state?.values ?? {}).flatMap(block => Object.values(block))
  const reason = typed.map(({ value }) => value ?? '').find(text => text.trim() !== '') ?? ''
  const label = `${user.username ?? user.id} of ${team.domain ?? team.id}`
  return { account: { team: team.id, user: user.id, label }, ...pressed, reason, respondTo }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
