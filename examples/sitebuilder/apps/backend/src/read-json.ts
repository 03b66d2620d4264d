import type { IncomingMessage } from 'node:http'
import { ApiError } from './api-error.ts'

export const BODY_MAX_BYTES = 64 * 1024

/** Reads a JSON body, counting while it streams: a body that is too large is never held. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    throw new ApiError(415, 'not_json', 'Send application/json.')
  }
  const chunks: Buffer[] = []
  let bytes = 0
  // Leaving the loop early must not destroy the request: its answer has yet to go out on the same connection.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length
    if (bytes > BODY_MAX_BYTES) throw new ApiError(413, 'too_large', `A body holds at most ${BODY_MAX_BYTES} bytes.`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new ApiError(400, 'bad_json', 'The body is not JSON.')
  }
}
