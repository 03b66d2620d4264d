/** The little of Postgres' protocol 3.0 the embedded database's server must read: where messages end, and names. */

const SSL_REQUEST = 80_877_103
const GSS_REQUEST = 80_877_104
const CANCEL_REQUEST = 80_877_102

export type Greeting = { kind: 'refuse-encryption' | 'cancel' | 'start'; bytes: number }

/** The first message of a connection has no type. Null while it is not complete. */
export function greetingIn(buffer: Buffer): Greeting | null {
  if (buffer.length < 8) return null
  const bytes = buffer.readInt32BE(0)
  if (bytes < 8 || buffer.length < bytes) return null
  const code = buffer.readInt32BE(4)
  if (code === SSL_REQUEST || code === GSS_REQUEST) return { kind: 'refuse-encryption', bytes }
  return { kind: code === CANCEL_REQUEST ? 'cancel' : 'start', bytes }
}

/** The length of the message at the start of the buffer; null while it is not complete. */
export function messageBytes(buffer: Buffer): number | null {
  if (buffer.length < 5) return null
  const bytes = 1 + buffer.readInt32BE(1)
  return buffer.length >= bytes ? bytes : null
}

/** `I` idle, `T` in a transaction, `E` in a failed one: what the last ReadyForQuery of an answer says, or null. */
export function readyStatus(answer: Uint8Array): string | null {
  const buffer = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength)
  let status: string | null = null
  for (let at = 0; at + 5 <= buffer.length; at += 1 + buffer.readInt32BE(at + 1)) {
    if (buffer[at] === 0x5a) status = String.fromCharCode(buffer[at + 5] ?? 0)
  }
  return status
}

/**
 * The message with the name of its prepared statement made its connection's own: all connections share one backend.
 * The unnamed statement keeps its name. Answers the own name too when one is made.
 */
export function ownStatement(message: Buffer, prefix: string): { message: Buffer; made: string | null } {
  const at = nameOffset(message)
  if (at === null) return { message, made: null }
  const end = message.indexOf(0, at)
  if (end <= at) return { message, made: null }
  const own = prefix + message.toString('utf8', at, end)
  const renamed = Buffer.concat([message.subarray(0, at), Buffer.from(own), message.subarray(end)])
  renamed.writeInt32BE(renamed.length - 1, 1)
  return { message: renamed, made: message[0] === 0x50 ? own : null }
}

function nameOffset(message: Buffer): number | null {
  const type = String.fromCharCode(message[0] ?? 0)
  if (type === 'P') return 5
  if (type === 'B') return message.indexOf(0, 5) + 1
  const isStatement = message[5] === 0x53
  return (type === 'D' || type === 'C') && isStatement ? 6 : null
}

export const simpleQuery = (sql: string): Buffer => {
  const text = Buffer.from(`${sql}\0`)
  const head = Buffer.alloc(5)
  head.write('Q', 'latin1')
  head.writeInt32BE(text.length + 4, 1)
  return Buffer.concat([head, text])
}

export const sync = Buffer.from([0x53, 0, 0, 0, 4])

/** A FATAL error, as a server sends it before it ends a connection. */
export function fatal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E', 'latin1')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}
