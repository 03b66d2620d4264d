import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { ErrorEvent, GroupedEvent } from '@gantry/core'
import { storableJson } from '../database/values.ts'
import { sha256 } from './sha256.ts'

/** What is counted and grouped of an event, beside its body as a zstd frame in hex. */
export interface PackedEvent extends Omit<GroupedEvent, 'event'> {
  event: Pick<
    ErrorEvent,
    'project' | 'id' | 'at' | 'receivedAt' | 'environment' | 'release' | 'service' | 'level' | 'user'
  >
  body: string
  /** Of the grouping key: a key may be longer than an index takes. */
  keyHash: string
}

/** Level 1 takes 40 µs for 6 KB and leaves a sixth; higher levels gain little and take twice the time. */
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
/** A client may send 40 MB of what is mostly the same letter; nothing larger was ever stored. */
const longest = { maxOutputLength: 64 * 1024 * 1024 }

export function packEvent({ event, ...grouped }: GroupedEvent): PackedEvent {
  const { project, id, at, receivedAt, environment, release, service, level, user } = event
  return {
    ...grouped,
    event: { project, id, at, receivedAt, environment, release, service, level, user },
    keyHash: sha256(grouped.grouping.key),
    body: zstdCompressSync(storableJson(event), fast).toString('hex'),
  }
}

/** What `packEvent` packed. The database holds what we stored, so its shape is not asked again. */
export const unpackEvent = (body: Uint8Array): ErrorEvent =>
  JSON.parse(zstdDecompressSync(body, longest).toString('utf8')) as ErrorEvent
