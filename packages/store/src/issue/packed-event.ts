import { inflateRawSync, zstdDecompressSync } from 'node:zlib'
import { type ErrorEvent, type GroupedEvent, probeTag } from '@gantry/core'
import { type Listed, listedJson, withNamedFrames } from './listed-frames.ts'
import { sha256 } from './sha256.ts'

/** Name and value. */
export type Label = readonly [name: string, value: string]

/** What is counted and grouped of an event, beside what is kept of it. */
export interface PackedEvent extends Omit<GroupedEvent, 'event' | 'formerKey' | 'payload'> {
  event: Pick<
    ErrorEvent,
    'project' | 'id' | 'at' | 'receivedAt' | 'environment' | 'release' | 'service' | 'level' | 'user' | 'userNames'
  >
  formerKeyHash: string | null
  /** See `traceNumber`; null: its client sent none. */
  trace: string | null
  /** Of its tags and titles those that may not be noted of its issue yet. */
  labels: Label[]
  /** A probe of Gantry's own met it: an issue like any other, but it says nothing of what visitors meet. */
  isOfProbe: boolean
  /** What is read of it, see `factIn`. It and the payload are packed with those they are written with. */
  fact: Uint8Array
  /** What the client sent, as it is. Null: none is kept. */
  payload: Uint8Array | null
}

/** A client may send 40 MB of what is mostly the same letter; nothing larger was ever stored. */
const longest = { maxOutputLength: 64 * 1024 * 1024 }

/** `labelsOf` answers those that may not be noted yet. */
export function packEvent(
  { event, payload, formerKey, ...grouped }: GroupedEvent,
  labelsOf: (item: Pick<GroupedEvent, 'event' | 'title' | 'keyHash'>) => Label[] = () => [],
): PackedEvent {
  const { project, id, at, receivedAt, environment, release, service, level, user, userNames } = event
  return {
    ...grouped,
    event: { project, id, at, receivedAt, environment, release, service, level, user, ...(userNames && { userNames }) },
    formerKeyHash: formerKey === null ? null : sha256(formerKey),
    labels: labelsOf({ event, title: grouped.title, keyHash: grouped.keyHash }),
    trace: event.traceId !== null && isHexId.test(event.traceId) ? traceNumber(event.traceId) : null,
    isOfProbe: probeTag in event.tags,
    fact: Buffer.from(listedJson(event)),
    payload: payload ?? null,
  }
}

export const isHexId = /^[0-9a-f]{32}$/i

/** Of a trace id its first eight bytes: as good as all of them to find by, and half of what an index takes. */
export const traceNumber = (traceId: string): string =>
  BigInt.asIntN(64, BigInt(`0x${traceId.slice(0, 16)}`)).toString()

/** The same of an e-mail or a user name, whatever its case. */
export const userNumber = (name: string): string =>
  BigInt.asIntN(64, BigInt(`0x${sha256(name.toLowerCase()).slice(0, 16)}`)).toString()

/** What `packEvent` made of an event. */
export const factIn = (bytes: Uint8Array): ErrorEvent =>
  // The database holds what we stored, so its shape is not asked again.
  withNamedFrames(
    JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()) as Listed | ErrorEvent,
  )

/** What earlier versions packed for each event by itself: deflated, or as zstd frames, which begin as no deflated text can. */
export function unpackEvent(body: Uint8Array): ErrorEvent {
  const isZstd = zstdMagic.every((byte, index) => body[index] === byte)
  return factIn(isZstd ? zstdDecompressSync(body, longest) : inflateRawSync(body, longest))
}

const zstdMagic = [0x28, 0xb5, 0x2f, 0xfd]

/** Packed events on their way to another thread: JSON, and their bytes one after the other, which are moved, not copied. */
export interface PackedBatch {
  facts: string
  bodies: Uint8Array<ArrayBuffer>
}

/** Of events with the same key the first names their issue, if it is new: what groups them is sent once. */
type Naming = Pick<PackedEvent, 'grouping' | 'title' | 'culprit' | 'keyHash' | 'formerKeyHash'>

type Sizes = Omit<PackedEvent, 'fact' | 'payload' | keyof Naming> & {
  naming: number
  fact: number
  payload: number | null
}

export function toBatch(events: PackedEvent[]): PackedBatch {
  const bodies = new Uint8Array(events.reduce((sum, item) => sum + bytesOf(item), 0))
  const namings: Naming[] = []
  const places = new Map<string, number>()
  let at = 0
  const put = (bytes: Uint8Array) => {
    bodies.set(bytes, at)
    at += bytes.length
    return bytes.length
  }
  const named = ({ grouping, title, culprit, keyHash, formerKeyHash }: Naming, key: string) => {
    const known = places.get(key)
    if (known !== undefined) return known
    places.set(key, namings.length)
    return namings.push({ grouping, title, culprit, keyHash, formerKeyHash }) - 1
  }
  const sizes = events.map(({ grouping, title, culprit, keyHash, formerKeyHash, fact, payload, ...item }): Sizes => {
    const naming = { grouping, title, culprit, keyHash, formerKeyHash }
    return {
      ...item,
      naming: named(naming, `${item.event.project}\n${keyHash}\n${formerKeyHash}`),
      fact: put(fact),
      payload: payload && put(payload),
    }
  })
  return { facts: JSON.stringify({ namings, sizes }), bodies }
}

export function fromBatch({ facts, bodies }: PackedBatch): PackedEvent[] {
  const { namings, sizes }: { namings: Naming[]; sizes: Sizes[] } = JSON.parse(facts)
  let at = 0
  const take = (size: number) => {
    at += size
    return bodies.subarray(at - size, at)
  }
  return sizes.flatMap(({ naming, fact, payload, ...item }) => {
    const named = namings[naming]
    return named ? [{ ...item, ...named, fact: take(fact), payload: payload === null ? null : take(payload) }] : []
  })
}

/** What it takes while it waits. */
export const bytesOf = ({ fact, payload }: PackedEvent): number => fact.length + (payload?.length ?? 0)
