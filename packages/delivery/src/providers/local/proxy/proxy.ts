import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { forward } from './forward.ts'
import { takeProbeMark } from './own-probe.ts'
import { type Address, closeTunnels, openTarget, type Target } from './target.ts'
import { forwardUpgrade } from './upgrade.ts'

/** A public address that stays, in front of releases that come and go. */
export interface ServiceProxy {
  port: number
  /**
   * New requests go there from now on. Those in flight finish where they began; WebSockets there get `drainMs`,
   * then are told to connect anew. Null: answer 503.
   */
  point(address: Address | null): void
  release(): string | null
  /** Resolves when nothing is going on at that release any more, or its time to drain is over. */
  drained(release: string): Promise<void>
  close(): Promise<void>
}

export interface ProxySettings {
  host: string
  port: number
  drainMs: number
  /** What the header of Gantry's own probes holds: they are carried like any request, and never counted. */
  probeMark: string
  onRequest(release: string, isFailure: boolean): void
}

/** @throws the system's EADDRINUSE when the port is taken. */
export async function openProxy({ host, port, drainMs, probeMark, onRequest }: ProxySettings): Promise<ServiceProxy> {
  const targets = new Map<string, Target>()
  let current: Target | null = null
  const onDone = (target: Target, isFailure: boolean) => onRequest(target.release, isFailure)
  const counterFor = (request: IncomingMessage) => (takeProbeMark(request, probeMark) ? () => {} : onDone)
  const server = createServer((request, response) =>
    forward({ request, response, target: () => current, onDone: counterFor(request) }),
  )
  server.on('upgrade', (request, socket, head) =>
    forwardUpgrade({ request, socket, head }, current, counterFor(request)),
  )
  server.on('clientError', (_error, socket) => void socket.destroy())
  server.keepAliveTimeout = 65_000
  server.listen({ host, port, exclusive: true })
  await once(server, 'listening')

  const retire = (target: Target) => {
    const timer = setTimeout(() => current !== target && closeTunnels(target), drainMs)
    timer.unref()
  }
  return {
    port,
    release: () => current?.release ?? null,
    point(address) {
      const former = current
      current = address === null ? null : targetOf(targets, address)
      if (former && former !== current) retire(former)
    },
    async drained(release) {
      const target = targets.get(release)
      if (!target || target === current) return
      for (let waited = 0; waited < drainMs + 1_000 && isBusy(target); waited += 20) await sleep(20)
      if (target === current) return
      targets.delete(release)
      target.agent.destroy()
    },
    async close() {
      for (const target of targets.values()) closeTunnels(target)
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      for (let waited = 0; waited < 1_000 && [...targets.values()].some(isBusy); waited += 20) await sleep(20)
      server.closeAllConnections()
      for (const target of targets.values()) target.agent.destroy()
      await closed
    },
  }
}

/** The connections kept to a release are used again when it comes back at the same address. */
function targetOf(targets: Map<string, Target>, address: Address): Target {
  const known = targets.get(address.release)
  if (known?.port === address.port && known.host === address.host) return known
  const target = openTarget(address)
  targets.set(address.release, target)
  return target
}

const isBusy = (target: Target): boolean => target.inFlight > 0 || target.tunnels.size > 0
