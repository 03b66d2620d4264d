import { type LookupAddress, lookup } from 'node:dns'
import * as http from 'node:http'
import * as https from 'node:https'
import { isIP } from 'node:net'
import { type Check, probeHeader } from '@gantry/core'
import { isPrivateAddress } from './private-address.ts'

export interface ProbeOptions {
  timeoutMs: number
  /** Services of the `local` provider live on this machine; anything else may not be reached there. */
  allowPrivate: boolean
  signal?: AbortSignal
  /** Addresses of a name; asked once a probe, and never for what is an address already. */
  resolve?: Resolve
  /** Sent in `probeHeader`. Give it only for services that Gantry itself stands in front of: it is a secret. */
  mark?: string
}

export type Resolve = (host: string) => Promise<LookupAddress[]>
export type ProbeResult = Pick<Check, 'isOk' | 'status' | 'latencyMs' | 'error'>

/**
 * GET, redirects not followed: 2xx and 3xx are well. Never throws; what went wrong is in `error`. The name is looked up
 * once, and the connection goes to the addresses that were judged: a name that answers differently the second time
 * leads nowhere. `timeoutMs` holds for the lookup, the connection and the answer's head together.
 */
export async function probeHttp(
  target: string,
  { timeoutMs, allowPrivate, signal, resolve = lookUp, mark }: ProbeOptions,
): Promise<ProbeResult> {
  const startedAt = performance.now()
  const latencyMs = () => Math.round((performance.now() - startedAt) * 10) / 10
  const timeout = AbortSignal.timeout(Math.min(timeoutMs, longestTimeoutMs))
  const end = signal ? AbortSignal.any([timeout, signal]) : timeout
  try {
    const url = new URL(target)
    if (!/^https?:$/.test(url.protocol)) throw new Error(`expected an http or https address, got ${url.protocol}`)
    const addresses = await before(end, addressesOf(url.hostname, resolve))
    if (!allowPrivate && addresses.some(({ address }) => isPrivateAddress(address)))
      throw new Error(`${url.hostname} is an address of this network, which probes may not reach`)
    const status = await statusOf(url, addresses, end, mark)
    const isOk = status >= 200 && status < 400
    return { isOk, status, latencyMs: latencyMs(), error: isOk ? null : `status ${status}` }
  } catch (cause) {
    const error = timeout.aborted ? `no answer within ${timeoutMs} ms` : reason(cause)
    return { isOk: false, status: null, latencyMs: latencyMs(), error }
  }
}

/** A timer of Node takes no more. */
const longestTimeoutMs = 2 ** 31 - 1

const lookUp: Resolve = host =>
  new Promise((resolve, reject) =>
    lookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses))),
  )

async function addressesOf(host: string, resolve: Resolve): Promise<LookupAddress[]> {
  const bare = host.replace(/^\[|\]$/g, '')
  if (isIP(bare)) return [{ address: bare, family: isIP(bare) }]
  const addresses = await resolve(bare)
  if (addresses.length === 0) throw new Error(`${bare} has no address`)
  return addresses
}

/** A lookup cannot be called off; its late answer is not waited for. */
function before<T>(end: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    work.then(resolve, reject)
    if (end.aborted) reject(end.reason)
    end.addEventListener('abort', () => reject(end.reason), { once: true })
  })
}

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
  // Several addresses were tried, and each failed in its own way.
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return reason(cause.errors[0])
  return 'code' in cause && /^[A-Z]/.test(String(cause.code)) && cause.code !== 'ERR_INVALID_URL'
    ? String(cause.code)
    : cause.message
}
