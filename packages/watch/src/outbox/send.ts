import type { SendOutcome } from '@gantry/core'
import type { ChannelRequest } from '../channels/define-channel.ts'

/** Sends one request and says what became of it. Never throws. `key` lets a receiver recognise a repetition. */
export async function send(
  request: ChannelRequest,
  options: { key: string; timeoutMs: number; fetch: typeof fetch },
): Promise<SendOutcome> {
  try {
    const response = await options.fetch(request.url, {
      method: 'POST',
      headers: { ...request.headers, 'idempotency-key': options.key },
      body: request.body,
      redirect: 'error',
      signal: AbortSignal.timeout(options.timeoutMs),
    })
    await response.body?.cancel()
    if (response.ok) return { kind: 'sent' }
    const error = `status ${response.status}`
    if (response.status !== 429 && response.status < 500) return { kind: 'refused', error }
    return { kind: 'failed', error, retryAfterMs: retryAfterMs(response.headers.get('retry-after')) }
  } catch (cause) {
    return { kind: 'failed', error: reason(cause, options.timeoutMs), retryAfterMs: null }
  }
}

/** Seconds, as Slack and PagerDuty send it; an hour at most, whatever they say. */
function retryAfterMs(header: string | null): number | null {
  const seconds = Number(header)
  return header !== null && seconds > 0 ? Math.min(seconds, 3_600) * 1_000 : null
}

function reason(cause: unknown, timeoutMs: number): string {
  if (!(cause instanceof Error)) return String(cause)
  if (cause.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`
  return cause.cause instanceof Error ? cause.cause.message : cause.message
}
