import { Agent } from 'node:http'
import type { Tunnel } from './tunnel.ts'

/** Where a release of a service listens. */
export interface Address {
  release: string
  host: string
  port: number
}

/** An address with the connections kept to it, and what is going on there. */
export interface Target extends Address {
  agent: Agent
  tunnels: Set<Tunnel>
  inFlight: number
}

/** Idle connections are closed before a Node service closes them (after 5 s), so that none is chosen while it ends. */
const idleMs = 4_000

export const openTarget = (address: Address): Target => ({
  ...address,
  agent: new Agent({ keepAlive: true, maxFreeSockets: 256, timeout: idleMs, scheduling: 'lifo' }),
  tunnels: new Set(),
  inFlight: 0,
})

/** Tells its WebSockets to go elsewhere. */
export function closeTunnels(target: Target): void {
  for (const tunnel of target.tunnels) tunnel.close()
}
