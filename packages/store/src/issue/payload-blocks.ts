import { randomBytes } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { dayOf } from './days.ts'
import { bytesOf, type PackedEvent } from './packed-event.ts'

/** Facts and payloads of one project and day that are written together, one after the other, packed as one. */
export interface PayloadBlock {
  id: string
  project: string
  day: string
  packed: Uint8Array
}

/** Which bytes of which block are those of an event: first its fact, then its payload. */
export interface PayloadPlace {
  block: string
  factSize: number
  /** Where the payload begins. */
  from: number
  /** Null: none is kept. */
  size: number | null
}

export interface PackedPayloads {
  blocks: PayloadBlock[]
  /** By event. */
  places: ReadonlyMap<PackedEvent, PayloadPlace>
}

/** To show one event its whole block is unpacked: a millisecond. */
const blockBytes = 256 * 1024
/** A client may send 40 MB of what is mostly the same letter; nothing larger was ever stored. */
const longest = { maxOutputLength: 64 * 1024 * 1024 }
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/**
 * Packs the events of a batch in blocks: they resemble each other, and a fact its payload, so that each takes a tenth of the
 * time and of the bytes that it takes by itself. Done at once: in a thread of the pool the memory for it has to be found
 * each time, which took twenty times as long as the packing.
 */
export function packPayloads(events: PackedEvent[]): PackedPayloads {
  const places = new Map<PackedEvent, PayloadPlace>()
  const blocks: PayloadBlock[] = []
  const groups = Map.groupBy(events, ({ event }) => `${event.project}\n${dayOf(event.receivedAt)}`)
  for (const group of groups.values())
    for (const part of parts(group)) {
      const [first] = part
      if (!first) continue
      const block = randomBytes(9).toString('base64url')
      let next = 0
      for (const item of part) {
        const from = next + item.fact.length
        places.set(item, { block, factSize: item.fact.length, from, size: item.payload?.length ?? null })
        next += bytesOf(item)
      }
      const { project, receivedAt } = first.event
      const whole = Buffer.concat(part.flatMap(({ fact, payload }) => (payload ? [fact, payload] : [fact])))
      blocks.push({ id: block, project, day: dayOf(receivedAt), packed: zstdCompressSync(whole, fast) })
    }
  return { blocks, places }
}

export const unpackBlock = (packed: Uint8Array): Buffer => zstdDecompressSync(packed, longest)

/** In parts of about a block; one that is larger than a block has one of its own. */
function parts(events: PackedEvent[]): PackedEvent[][] {
  const all: PackedEvent[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const item of events) {
    if (bytes + bytesOf(item) > blockBytes) {
      all.push([])
      bytes = 0
    }
    all.at(-1)?.push(item)
    bytes += bytesOf(item)
  }
  return all
}
