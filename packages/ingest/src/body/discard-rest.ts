import type { Readable } from 'node:stream'

const most = { bytes: 64 * 1024 * 1024, ms: 10_000 }

/**
 * After a refusal: takes what the client still sends and throws it away, so that it comes to read the answer instead of
 * a connection reset. One that never ends is cut off; by then it could have read why.
 */
export function discardRest(stream: Readable, limits = most): void {
  if (stream.readableEnded || stream.destroyed) return
  let bytes = 0
  const cutOff = () => stream.destroy()
  const timer = setTimeout(cutOff, limits.ms)
  const count = (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > limits.bytes) cutOff()
  }
  // The client going away is no news about a request that was refused anyway.
  stream.on('data', count).on('error', () => undefined)
  stream.once('close', () => clearTimeout(timer)).resume()
}
