import { deflateRawSync, inflateRawSync, zstdDecompressSync } from 'node:zlib'
import { type ErrorEvent, type GroupedEvent, probeTag } from '@gantry/core'
import { storableJson } from '../database/values.ts'
import { type Listed, withListedFrames, withNamedFrames } from './listed-frames.ts'
import { sha256 } from './sha256.ts'

/** What is counted and grouped of an event, beside its body, deflated. Small: thousands of them may wait. */
export interface PackedEvent extends Omit<GroupedEvent, 'event' | 'formerKey' | 'payload'> {
  event: Pick<
    ErrorEvent,
    'project' | 'id' | 'at' | 'receivedAt' | 'environment' | 'release' | 'service' | 'level' | 'user'
  >
  /** Of the grouping key: a key may be longer than an index takes. */
  keyHash: string
  formerKeyHash: string | null
  /** A probe of Gantry's own met it: an issue like any other, but it says nothing of what visitors meet. */
  isOfProbe: boolean
  body: Uint8Array
  /** What the client sent, as it is: it is packed with those it is written with. Null: none is kept. */
  payload: Uint8Array | null
}

/**
 * Leaves an eighth of 6 KB in 25 µs. zstd leaves a little less, but the memory that it and the usual window take for each
 * event has to be found and given back, which took longer than the packing.
 */
const fast = { level: 1, windowBits: 13, memLevel: 5, chunkSize: 2_048 }
/** A client may send 40 MB of what is mostly the same letter; nothing larger was ever stored. */
const longest = { maxOutputLength: 64 * 1024 * 1024 }

export function packEvent({ event, payload, formerKey, ...grouped }: GroupedEvent): PackedEvent {
  const { project, id, at, receivedAt, environment, release, service, level, user } = event
  return {
    ...grouped,
    event: { project, id, at, receivedAt, environment, release, service, level, user },
    keyHash: sha256(grouped.grouping.key),
    formerKeyHash: formerKey === null ? null : sha256(formerKey),
    isOfProbe: probeTag in event.tags,
    body: deflateRawSync(storableJson(withListedFrames(event)), fast),
    payload: payload ?? null,
  }
}

/** What `packEvent` packed, or what an earlier version did: its zstd frames begin as no deflated text can. */
export function unpackEvent(body: Uint8Array): ErrorEvent {
  const isZstd = zstdMagic.every((byte, index) => body[index] === byte)
  const text = isZstd ? zstdDecompressSync(body, longest) : inflateRawSync(body, longest)
  // The database holds what we stored, so its shape is not asked again.
  return withNamedFrames(JSON.parse(text.toString('utf8')) as Listed | ErrorEvent)
}

const zstdMagic = [0x28, 0xb5, 0x2f, 0xfd]

/** Packed events on their way to another thread: JSON, and their bytes one after the other, which are moved, not copied. */
export interface PackedBatch {
  facts: string
  bodies: Uint8Array<ArrayBuffer>
}

type Sizes = Omit<PackedEvent, 'body' | 'payload'> & { body: number; payload: number | null }

export function toBatch(events: PackedEvent[]): PackedBatch {
  const bodies = new Uint8Array(events.reduce((sum, item) => sum + bytesOf(item), 0))
  let at = 0
  const put = (bytes: Uint8Array) => {
    bodies.set(bytes, at)
    at += bytes.length
    return bytes.length
  }
  const sizes: Sizes[] = events.map(({ body, payload, ...facts }) => ({
    ...facts,
    body: put(body),
    payload: payload && put(payload),
  }))
  return { facts: JSON.stringify(sizes), bodies }
}

export function fromBatch({ facts, bodies }: PackedBatch): PackedEvent[] {
  const events: Sizes[] = JSON.parse(facts)
  let at = 0
  const take = (size: number) => {
    at += size
    return bodies.subarray(at - size, at)
  }
  return events.map(event => {
    const body = take(event.body)
    return { ...event, body, payload: event.payload === null ? null : take(event.payload) }
  })
}

/** What it takes while it waits. */
export const bytesOf = ({ body, payload }: PackedEvent): number => body.length + (payload?.length ?? 0)
