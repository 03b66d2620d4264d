import type { LookupAddress } from 'node:dns'
import * as http from 'node:http'
import * as https from 'node:https'
import { isPrivateAddress, probeHeader } from '@gantry/core'
import { defineProbe, type ProbeOptions, type ProbeResult } from '../define-probe.ts'
import { lookUp, OwnFault, type Resolve, resolveHost } from './resolve-host.ts'
import { http as words } from './settings.ts'

export const probe = defineProbe(words, {
  targetOf: ({ path, url }, address) =>
    // Joined as text: resolved as a reference, the path `//elsewhere/` would be another host, and reach into this network.
    address === null ? (url ?? null) : new URL(`${new URL(address).origin}${path}`).href,
  check: (target, _settings, options) => probeHttp(target, options),
})

interface HttpOptions extends ProbeOptions {
  /** Addresses of a name; asked once a probe, and never for what is an address already. */
  resolve?: Resolve
}

/**
 * GET, redirects not followed: 2xx and 3xx are well. Never throws; what went wrong is in `error`. The name is looked up
 * once, and the connection goes to the addresses that were judged: a name that answers differently the second time
 * leads nowhere. `timeoutMs` holds for the lookup, the connection and the answer's head together. Where the fault is on
 * this side (no name can be looked up, no way out, an address that may not be probed), the result says so.
 */
export async function probeHttp(
  target: string,
  { timeoutMs, allowPrivate, signal, resolve = lookUp, mark }: HttpOptions,
): Promise<ProbeResult> {
  const startedAt = performance.now()
  const latencyMs = () => Math.round((performance.now() - startedAt) * 10) / 10
  const timeout = AbortSignal.timeout(Math.min(timeoutMs, longestTimeoutMs))
  const end = signal ? AbortSignal.any([timeout, signal]) : timeout
  try {
    const url = new URL(target)
    if (!/^https?:$/.test(url.protocol)) throw new OwnFault(`expected an http or https address, got ${url.protocol}`)
    const addresses = await resolveHost(url.hostname, resolve, end)
    if (!allowPrivate && addresses.some(({ address }) => isPrivateAddress(address)))
      throw new OwnFault(`${url.hostname} is an address of this network, which probes may not reach`)
    const status = await statusOf(url, addresses, end, mark)
    const isOk = status >= 200 && status < 400
    return { isOk, status, latencyMs: latencyMs(), error: isOk ? null : `status ${status}` }
  } catch (cause) {
    const isOwnFault = cause instanceof OwnFault || ownCodes.includes(codeOf(cause) ?? '')
    const error = timeout.aborted && !isOwnFault ? `no answer within ${timeoutMs} ms` : reason(cause)
    return { isOk: false, status: null, latencyMs: latencyMs(), error, ...(isOwnFault && { isOwnFault }) }
  }
}

/** A timer of Node takes no more. */
const longestTimeoutMs = 2 ** 31 - 1

/** No way out of this machine, or nothing left to go out with. */
const ownCodes = ['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ERR_INVALID_URL']

function statusOf(url: URL, addresses: LookupAddress[], signal: AbortSignal, mark?: string): Promise<number> {
  const { get } = url.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const request = get(url, {
      // A connection that was kept might lead to an address that was judged for another probe.
      agent: false,
      headers: { 'user-agent': 'gantry-probe', connection: 'close', ...(mark && { [probeHeader]: mark }) },
      signal,
      lookup: (_host, options, answer) => {
        const [first] = addresses
        if (options.all) answer(null, addresses)
        else answer(null, first?.address ?? '', first?.family ?? 0)
      },
    })
    request.on('error', reject)
    request.on('response', response => {
      response.destroy()
      resolve(response.statusCode ?? 0)
    })
  })
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const code = codeOf(cause)
  return code && /^[A-Z]/.test(code) && code !== 'ERR_INVALID_URL' ? code : cause.message
}

/** Where several addresses were tried, each failed in its own way: the first speaks for all. */
function codeOf(cause: unknown): string | null {
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return codeOf(cause.errors[0])
  return cause instanceof Error && 'code' in cause ? String(cause.code) : null
}
