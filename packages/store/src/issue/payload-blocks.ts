import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompressSync } from 'node:zlib'
import { dayOf } from './days.ts'
import type { PackedEvent } from './packed-event.ts'

/** Payloads of one project and day that are written together, one after the other, packed as one. */
export interface PayloadBlock {
  id: string
  project: string
  day: string
  packed: Uint8Array
}

/** Which bytes of which block are the payload of an event. */
export interface PayloadPlace {
  block: string
  from: number
  size: number
}

export interface PackedPayloads {
  blocks: PayloadBlock[]
  /** By event; one without a payload has none. */
  places: ReadonlyMap<PackedEvent, PayloadPlace>
}

const compress = promisify(zstdCompress)
/** To show one event its whole block is unpacked: a millisecond. */
const blockBytes = 256 * 1024
/** A client may send 40 MB of what is mostly the same letter; nothing larger was ever stored. */
const longest = { maxOutputLength: 64 * 1024 * 1024 }
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/**
 * Packs the payloads of a batch in blocks: they resemble each other, so that each takes a tenth of the time and of the
 * bytes that it takes by itself.
 */
export async function packPayloads(events: PackedEvent[]): Promise<PackedPayloads> {
  const places = new Map<PackedEvent, PayloadPlace>()
  const blocks: Promise<PayloadBlock>[] = []
  const groups = Map.groupBy(events, ({ event }) => `${event.project}\n${dayOf(event.receivedAt)}`)
  for (const group of groups.values())
    for (const part of parts(group)) {
      const [first] = part
      if (!first) continue
      const block = randomBytes(9).toString('base64url')
      let from = 0
      for (const item of part) {
        const size = item.payload?.length ?? 0
        places.set(item, { block, from, size })
        from += size
      }
      const { project, receivedAt } = first.event
      const whole = Buffer.concat(part.map(({ payload }) => payload ?? Buffer.alloc(0)))
      blocks.push(compress(whole, fast).then(packed => ({ id: block, project, day: dayOf(receivedAt), packed })))
    }
  return { blocks: await Promise.all(blocks), places }
}

export function payloadIn(packed: Uint8Array, { from, size }: Omit<PayloadPlace, 'block'>): Buffer {
  return zstdDecompressSync(packed, longest).subarray(from, from + size)
}

/** Those with a payload, in parts of about a block; one that is larger than a block has one of its own. */
function parts(events: PackedEvent[]): PackedEvent[][] {
  const all: PackedEvent[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const item of events) {
    if (!item.payload) continue
    if (bytes + item.payload.length > blockBytes) {
      all.push([])
      bytes = 0
    }
    all.at(-1)?.push(item)
    bytes += item.payload.length
  }
  return all
}
