import { GantryError } from '@gantry/core'
import type { FastifyRequest } from 'fastify'

/** The names this server is called by. A page of another name that leads here (DNS rebinding) is not ours. */
export interface OwnAddresses {
  /** @throws GantryError HOST_UNKNOWN */
  requireOwnHost(request: FastifyRequest): void
  /** For what changes something. @throws GantryError FORBIDDEN when a page of another origin sent it */
  requireOwnOrigin(request: FastifyRequest): void
  /** The address of this server as the browser that asks knows it. */
  originOf(request: FastifyRequest): string
  /** Whether the browser that asks is behind TLS. */
  isSecure(request: FastifyRequest): boolean
}

export interface Names {
  publicUrl: string | null
  /** What the server listens on. */
  host: string
  /** Further names it is called by, as behind a proxy that has one of its own. */
  hosts: readonly string[]
}

/**
 * Ours are loopback under any port, the public address, what the server listens on, and further names of the settings; besides
 * them the very number a connection came in on, which no name can stand for.
 */
export function ownAddresses({ publicUrl, host, hosts }: Names): OwnAddresses {
  const open = publicUrl === null ? null : new URL(publicUrl)
  const further = new Set(hosts.flatMap(name => hostIn(name)?.hostname ?? []))
  const names = new Set([open?.hostname, hostIn(host)?.hostname, ...further])
  const isOwn = (hostname: string) => isLoopback(hostname) || (names.has(hostname) && !isAnyAddress(hostname))
  // Fastify believes X-Forwarded-Host and X-Forwarded-Proto of configured proxies only.
  const hostOf = (request: FastifyRequest) => hostIn(request.host ?? '')
  const isSecure = (request: FastifyRequest) =>
    request.protocol === 'https' || (open?.protocol === 'https:' && hostOf(request)?.hostname === open.hostname)
  return {
    requireOwnHost(request) {
      const asked = hostOf(request)
      if (asked && (isOwn(asked.hostname) || asked.hostname === localAddress(request))) return
      throw new GantryError(
        'HOST_UNKNOWN',
        `this server is not called ${String(request.host || 'nothing').slice(0, 200)}`,
      )
    },
    requireOwnOrigin(request) {
      const { origin } = request.headers
      if (origin === undefined || isOwnOrigin(origin, hostOf(request))) return
      throw new GantryError('FORBIDDEN', `a page of ${origin.slice(0, 200)} may not change anything here`)
    },
    isSecure,
    originOf(request) {
      const asked = hostOf(request)
      // Over TLS a browser came by the public address, whatever name the proxy in between asks for.
      const isDirect = asked !== null && isLoopback(asked.hostname) && request.protocol === 'http'
      if (open && !isDirect) return open.origin
      return `${isSecure(request) ? 'https' : 'http'}://${asked?.host ?? 'localhost'}`
    },
  }

  /** Ports count: another program of this machine is another origin. Not so where a proxy takes the port away. */
  function isOwnOrigin(origin: string, asked: URL | null): boolean {
    const from = URL.canParse(origin) ? new URL(origin) : null
    if (!from || asked === null) return false
    if (from.host === open?.host) return from.origin === open.origin
    return from.host === asked.host || further.has(from.hostname)
  }
}

/** Null for what is no host and port. Numbers and names come out in one way of writing. */
function hostIn(text: string): URL | null {
  if (!/^[\w.:[\]-]+$/.test(text)) return null
  const written = /^[^[]*:[^[]*:/.test(text) ? `[${text}]` : text
  const url = URL.canParse(`http://${written}`) ? new URL(`http://${written}`) : null
  if (url?.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1)
  return url
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)

const isAnyAddress = (hostname: string): boolean => hostname === '0.0.0.0' || hostname === '[::]'

function localAddress({ socket }: FastifyRequest): string | undefined {
  const address = socket.localAddress?.replace(/^::ffff:(?=\d+\.)/, '')
  return address?.includes(':') ? hostIn(`[${address.replace(/%.*$/, '')}]`)?.hostname : address
}
