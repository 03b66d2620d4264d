import { lookup } from 'node:dns'
import * as http from 'node:http'
import * as https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { gzipSync } from 'node:zlib'
import { forwardedHeader, isPrivateAddress } from '@gantry/core'
import type { ForwardAnswer, ForwardRequest } from '@gantry/ingest'

/** Sends one request. @throws Error when there is no answer, in words for a person */
export type Post = (
  request: ForwardRequest,
  options: { allowPrivate: boolean; signal: AbortSignal },
) => Promise<ForwardAnswer>

const packedFromBytes = 1_024
const readBytes = 4_096
const timeoutMs = 30_000

/**
 * Redirects are not followed, and the connection goes to an address that was judged: a name that leads into this network is
 * refused as an address of it is.
 */
export function createPost(): { post: Post; close(): void } {
  const agents = [true, false].map(allowPrivate => {
    const options = {
      keepAlive: true,
      maxSockets: 32,
      timeout: timeoutMs,
      lookup: allowPrivate ? lookup : lookUpPublic,
    }
    return { 'http:': new http.Agent(options), 'https:': new https.Agent(options) }
  })
  const [open, guarded] = agents as [(typeof agents)[0], (typeof agents)[0]]
  return {
    post: async (request, { allowPrivate, signal }) => {
      const url = new URL(request.url)
      const host = url.hostname.replace(/^\[|\]$/g, '')
      if (!allowPrivate && isIP(host) && isPrivateAddress(host)) throw new Error(inside(host))
      const { protocol } = url
      const agent = (allowPrivate ? open : guarded)[protocol === 'https:' ? 'https:' : 'http:']
      return answerOf(url, request, agent, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))
    },
    close() {
      for (const agent of [open, guarded].flatMap(Object.values)) (agent as http.Agent).destroy()
    },
  }
}

const inside = (host: string): string =>
  `${host} is an address of this network, which is reached only where the server's own environment names it`

const lookUpPublic: LookupFunction = (host, options, answer) =>
  lookup(host, { ...options, all: true }, (error, addresses) => {
    const isInside = !error && addresses.some(({ address }) => isPrivateAddress(address))
    if (error || isInside) return answer(error ?? new Error(inside(host)), [])
    const [first] = addresses
    if (options.all) answer(null, addresses)
    else answer(null, first?.address ?? '', first?.family)
  })

function answerOf(url: URL, sent: ForwardRequest, agent: http.Agent, signal: AbortSignal): Promise<ForwardAnswer> {
  const isPacked = sent.body.length >= packedFromBytes
  const body = isPacked ? gzipSync(sent.body) : sent.body
  const headers = {
    ...sent.headers,
    ...(isPacked && { 'content-encoding': 'gzip' }),
    ...{ 'content-length': body.length, 'user-agent': 'gantry-forward', [forwardedHeader]: '1' },
  }
  const { request } = url.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => reject(signal.aborted ? new Error(`no answer within ${timeoutMs / 1_000} s`) : cause)
    const asked = request(url, { method: 'POST', headers, agent, signal }, response => {
      let read = Buffer.alloc(0)
      response.on('error', fail)
      response.on('data', (chunk: Buffer) => {
        if (read.length < readBytes) read = Buffer.concat([read, chunk]).subarray(0, readBytes)
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: plain(response.headers), body: read.toString() }),
      )
    })
    asked.on('error', fail)
    asked.end(body)
  })
}

const plain = (headers: http.IncomingHttpHeaders): ForwardAnswer['headers'] =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
