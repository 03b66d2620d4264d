import type { Duplex } from 'node:stream'
import { frameFollower, goingAway } from './frame-boundary.ts'

/** An upgraded connection through the proxy. */
export interface Tunnel {
  /** Says "going away" to both sides between two frames, then ends. */
  close(): void
  closed: Promise<void>
}

/** How long both sides have for their own end after being told. */
const farewellMs = 1_000

export function openTunnel(client: Duplex, service: Duplex, isWebSocket: boolean): Tunnel {
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  const toService = carry(client, service)
  const toClient = carry(service, client)
  const end = () => {
    client.destroy()
    service.destroy()
    resolve()
  }
  for (const side of [client, service]) {
    side.on('error', end)
    side.on('close', end)
  }
  return {
    closed,
    close() {
      if (!isWebSocket) return end()
      toClient.endWith(goingAway.toClient)
      toService.endWith(goingAway.toService)
      setTimeout(end, farewellMs).unref()
    },
  }
}

/** Carries one direction, as fast as the slower side. */
function carry(from: Duplex, to: Duplex): { endWith(last: Buffer): void } {
  const frames = frameFollower()
  let farewell: Buffer | null = null
  let isOver = false
  const finish = () => {
    if (farewell === null || isOver) return
    isOver = true
    to.end(farewell)
  }
  from.on('data', (chunk: Buffer) => {
    if (isOver) return
    const boundary = frames.feed(chunk)
    if (farewell !== null && boundary !== -1) {
      to.write(chunk.subarray(0, boundary))
      finish()
    } else if (!to.write(chunk)) {
      from.pause()
    }
  })
  to.on('drain', () => from.resume())
  from.on('end', () => {
    if (!isOver) to.end()
  })
  return {
    endWith(last) {
      farewell = last
      if (frames.isBetweenFrames()) finish()
    },
  }
}
