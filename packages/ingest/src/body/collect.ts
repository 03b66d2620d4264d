import type { Readable } from 'node:stream'

/** Leaves out of a body, as it comes, what would not be kept anyway. */
export interface Sieve {
  take(chunk: Buffer): Buffer
  /** What it still holds at the end. */
  rest(): Buffer
}

export interface CollectLimits {
  /** Of what is kept. */
  bytes: number
  /** For a body that is larger than most: what is left out of it does not count. */
  sieve?: { wholeBytes: number; make(): Sieve } | undefined
}

/** Nearly every body is smaller, and costs nothing of this. */
const sieveFromBytes = 256 * 1024

/**
 * All bytes of a stream, or null as soon as there are more than that: the stream is then left paused and intact,
 * where `for await` would destroy it, and with a request the connection on which it is to be answered.
 */
export function collect(stream: Readable, limits: CollectLimits): Promise<Buffer | null> {
  return new Promise((done, fail) => {
    const kept = keep(limits)
    const leave = () => {
      stream.off('data', take).off('end', finish).off('error', fail).off('close', cut)
    }
    const take = (chunk: Buffer) => {
      if (kept.add(chunk)) return
      stream.pause()
      leave()
      // Its end no longer matters here, but an error nobody hears would end the process.
      stream.on('error', () => undefined)
      done(null)
    }
    const finish = () => {
      leave()
      done(kept.all())
    }
    const cut = () => fail(new Error('it was closed before its end'))
    stream.on('data', take).once('end', finish).once('error', fail).once('close', cut)
  })
}

function keep({ bytes: most, sieve }: CollectLimits) {
  let chunks: Buffer[] = []
  let [bytes, whole] = [0, 0]
  let leaving: Sieve | null = null
  const put = (chunk: Buffer) => {
    bytes += chunk.length
    if (chunk.length > 0) chunks.push(chunk)
  }
  return {
    /** False when it is too much. */
    add(chunk: Buffer): boolean {
      whole += chunk.length
      if (sieve && leaving === null && whole > sieveFromBytes) {
        leaving = sieve.make()
        const before = Buffer.concat(chunks)
        chunks = []
        bytes = 0
        put(leaving.take(before))
      }
      put(leaving === null ? chunk : leaving.take(chunk))
      return bytes <= most && whole <= (sieve?.wholeBytes ?? most)
    },
    all(): Buffer {
      if (leaving !== null) put(leaving.rest())
      return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes)
    },
  }
}
