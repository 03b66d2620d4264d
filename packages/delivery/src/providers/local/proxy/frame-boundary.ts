/**
 * Follows the frames of one direction of a WebSocket (RFC 6455, 5.2), so that a frame of our own can be put between
 * two of theirs and never into one.
 */
export interface FrameFollower {
  /** Takes the next bytes. Answers the offset behind the first frame that ends in them, or -1. */
  feed(chunk: Buffer): number
  isBetweenFrames(): boolean
}

export function frameFollower(): FrameFollower {
  let header = Buffer.alloc(0)
  let payloadLeft = 0
  const isBetweenFrames = () => header.length === 0 && payloadLeft === 0
  return {
    isBetweenFrames,
    feed(chunk) {
      let first = -1
      let at = 0
      while (at < chunk.length) {
        if (payloadLeft > 0) {
          const taken = Math.min(payloadLeft, chunk.length - at)
          payloadLeft -= taken
          at += taken
        } else {
          header = Buffer.concat([header, chunk.subarray(at, at + 1)])
          at += 1
          const length = payloadBytes(header)
          if (length === null) continue
          header = Buffer.alloc(0)
          payloadLeft = length
        }
        if (first === -1 && isBetweenFrames()) first = at
      }
      return first
    },
  }
}

/** Bytes behind a complete header, or null while it is not complete. */
function payloadBytes(header: Buffer): number | null {
  if (header.length < 2) return null
  const second = header.readUInt8(1)
  const short = second & 0x7f
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0
  const maskBytes = second & 0x80 ? 4 : 0
  if (header.length < 2 + lengthBytes + maskBytes) return null
  if (lengthBytes === 2) return header.readUInt16BE(2)
  return lengthBytes === 8 ? Number(header.readBigUInt64BE(2)) : short
}

/** "Going away" (1001): the other side should connect anew. What a client sends must be masked. */
export const goingAway = {
  toClient: Buffer.from([0x88, 0x02, 0x03, 0xe9]),
  toService: Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9]),
}
