import type { Notice } from '@gantry/core'
import * as z from 'zod'

const verbs = { 'gantry.approve': 'approve', 'gantry.reject': 'reject' } as const

const Value = z.strictObject({ project: z.string(), promotion: z.string() })

export interface PressedButton extends z.output<typeof Value> {
  verb: 'approve' | 'reject'
}

/**
 * A field for the reason and two buttons: https://docs.slack.dev/reference/block-kit/blocks. A button says which promotion it is about;
 * Slack signs what it sends when it is pressed, and hands back the field as `state`.
 */
export function decisionBlocks({ project, promotion }: Pick<Notice, 'project'> & { promotion: string }, text: string) {
  const value = JSON.stringify({ project, promotion } satisfies z.output<typeof Value>)
  const button = (action_id: keyof typeof verbs, label: string, style: 'primary' | 'danger') => ({
    ...{ type: 'button', action_id, value, style },
    text: { type: 'plain_text', text: label },
  })
  return [
    { type: 'section', text: { type: 'mrkdwn', text } },
    {
      ...{ type: 'input', block_id: 'reason', optional: true },
      label: { type: 'plain_text', text: 'Reason' },
      element: { type: 'plain_text_input', action_id: 'reason', max_length: 2_000 },
    },
    {
      type: 'actions',
      elements: [button('gantry.approve', 'Approve', 'primary'), button('gantry.reject', 'Reject', 'danger')],
    },
  ]
}

/** What a button stands for that Slack says was pressed; null when it is none of these. */
export function pressedButton(actionId: string, value: string): PressedButton | null {
  if (!Object.hasOwn(verbs, actionId)) return null
  const { data } = Value.safeParse(jsonIn(value))
  return data ? { ...data, verb: verbs[actionId as keyof typeof verbs] } : null
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
