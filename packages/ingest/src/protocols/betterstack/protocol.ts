import { GantryError } from '@gantry/core'
import { decodeMulti, decodeTimestampToTimeSpec, EXT_TIMESTAMP, ExtensionCodec } from '@msgpack/msgpack'
import { jsonRecords, recordItems } from '../../logs/json-records.ts'
import { type Asked, defineProtocol } from '../define-protocol.ts'
import { logCors, logLimits, logRefusal, logsTaken } from '../log-answers.ts'
import { shownKey } from '../shown-key.ts'
import { requireSane } from './packed-shape.ts'
import { betterstack } from './settings.ts'

/** POST /betterstack, the `endpoint` of a client. 202 means that all of it is stored. */
export const protocol = defineProtocol(betterstack, {
  paths: ['/betterstack'],
  auth: { by: 'ingest key', kinds: ['client', 'server'], projectIn: null, keyIn: shownKey },
  limits: () => logLimits,
  read: (bytes, asked) => {
    const records = isPacked(asked) ? packedRecords(bytes) : jsonRecords(bytes)
    return { key: null, items: sender => ({ items: recordItems(records, sender), id: null }) }
  },
  answer: logsTaken(202),
  refuse: error => ({ ...logRefusal(error), ...(error.code === 'BAD_REQUEST' && { status: 406 }) }),
  cors: logCors,
})

const isPacked = ({ headers }: Asked): boolean => /msgpack/.test(String(headers['content-type'] ?? ''))

/** Times are instants, whatever their precision. */
const extensionCodec = new ExtensionCodec()
extensionCodec.register({
  type: EXT_TIMESTAMP,
  encode: () => null,
  decode(data) {
    const { sec, nsec } = decodeTimestampToTimeSpec(data)
    const at = new Date(sec * 1_000 + nsec / 1e6)
    return Number.isNaN(at.getTime()) ? null : at.toISOString()
  },
})

function packedRecords(bytes: Buffer): unknown[] {
  if (bytes.length === 0) return []
  try {
    requireSane(bytes)
    const found = [...decodeMulti(bytes, { extensionCodec, useBigInt64: false })]
    return found.length === 1 && Array.isArray(found[0]) ? found[0] : found
  } catch (cause) {
    throw new GantryError('BAD_REQUEST', 'expected MessagePack: an object, or an array of objects', {}, { cause })
  }
}
