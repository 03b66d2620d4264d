import type { SlackAnswer } from './slack-votes.ts'

const timeoutMs = 5_000

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
export async function respondToSlack(url: string, answer: SlackAnswer): Promise<void> {
  const { text, isForAll, replaces } = answer
  const body = { text, response_type: isForAll ? 'in_channel' : 'ephemeral', replace_original: replaces }
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  })
  if (!response.ok) throw new Error(`Slack answered ${response.status} to what was decided`)
}
