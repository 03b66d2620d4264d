import { createHmac, timingSafeEqual } from 'node:crypto'

/** An older request may be one that somebody kept and sends again. */
const oldestMs = 5 * 60_000

export interface SlackSignature {
  /** `X-Slack-Request-Timestamp`, in seconds. */
  timestamp: string | undefined
  /** `X-Slack-Signature`. */
  signature: string | undefined
}

/** Whether Slack sent exactly these bytes, a moment ago: https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function isSignedBySlack(
  bytes: Uint8Array,
  { timestamp = '', signature = '' }: SlackSignature,
  secret: string,
  nowMs: number,
): boolean {
  const given = /^v0=([0-9a-f]{64})$/.exec(signature)?.[1]
  if (given === undefined || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(nowMs - Number(timestamp) * 1_000) > oldestMs) return false
  const wanted = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(bytes).digest()
  return timingSafeEqual(wanted, Buffer.from(given, 'hex'))
}
