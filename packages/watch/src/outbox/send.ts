import type { SendOutcome } from '@gantry/core'
import type { ChannelRequest } from '../channels/define-channel.ts'
import { retryAfterMs } from './retry-after.ts'

/** Sends one request and says what became of it. Never throws. `key` lets a receiver recognise a repetition. */
export async function send(
  request: ChannelRequest,
  options: { key: string; timeoutMs: number; fetch: typeof fetch; now(): Date },
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
    if (!isWorthAnother(response.status)) return { kind: 'refused', error }
    return { kind: 'failed', error, retryAfterMs: retryAfterMs(response.headers.get('retry-after'), options.now()) }
  } catch (cause) {
    return { kind: 'failed', error: reason(cause, options.timeoutMs), retryAfterMs: null }
  }
}

/** 408 Request Timeout, 425 Too Early, 429 Too Many Requests, and what is the receiver's own fault. */
const isWorthAnother = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status)

function reason(cause: unknown, timeoutMs: number): string {
  if (!(cause instanceof Error)) return String(cause)
  if (cause.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`
  return cause.cause instanceof Error ? cause.cause.message : cause.message
}
