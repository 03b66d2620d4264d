import type { Check } from '@gantry/core'
import { isPrivateHost } from './private-address.ts'

export interface ProbeOptions {
  timeoutMs: number
  /** Services of the `local` provider live on this machine; anything else may not be reached there. */
  allowPrivate: boolean
  signal?: AbortSignal
}

export type ProbeResult = Pick<Check, 'isOk' | 'status' | 'latencyMs' | 'error'>

/** GET, redirects not followed: 2xx and 3xx are well. Never throws; what went wrong is in `error`. */
export async function probeHttp(
  target: string,
  { timeoutMs, allowPrivate, signal }: ProbeOptions,
): Promise<ProbeResult> {
  const startedAt = performance.now()
  const latencyMs = () => Math.round((performance.now() - startedAt) * 10) / 10
  try {
    const url = new URL(target)
    if (!allowPrivate && (await isPrivateHost(url.hostname))) {
      return {
        isOk: false,
        status: null,
        latencyMs: latencyMs(),
        error: `${url.hostname} is an address of this network, which probes may not reach`,
      }
    }
    const timeout = AbortSignal.timeout(timeoutMs)
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { 'user-agent': 'gantry-probe' },
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
    })
    await response.body?.cancel()
    const isOk = response.status >= 200 && response.status < 400
    return { isOk, status: response.status, latencyMs: latencyMs(), error: isOk ? null : `status ${response.status}` }
  } catch (cause) {
    return { isOk: false, status: null, latencyMs: latencyMs(), error: reason(cause, timeoutMs) }
  }
}

function reason(cause: unknown, timeoutMs: number): string {
  if (!(cause instanceof Error)) return String(cause)
  if (cause.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`
  const inner = cause.cause
  if (inner instanceof Error) return 'code' in inner ? String(inner.code) : inner.message
  return cause.message
}
