import { Readable } from 'node:stream'
import { GantryError } from '@gantry/core'
import { errorFrom, notGantry, unreachable } from './answer-error.ts'
import type { ServerAddress } from './server-address.ts'

/** Turns a parsed JSON body into what the caller expects; throws when it is something else. */
export type Read<T> = (body: unknown) => T

/** Asks the server. Every refusal is thrown as the GantryError the server meant. */
export interface Api {
  url: string
  get<T>(path: string, read: Read<T>): Promise<T>
  post<T>(path: string, body: unknown, read: Read<T>): Promise<T>
  /** The body as it is. */
  text(path: string): Promise<string>
  /** The body as it comes, for one that is too large for memory. */
  stream(path: string): Promise<Readable>
  /** HEAD: whether there is something. */
  has(path: string): Promise<boolean>
  /** Sends bytes as they are. */
  put(path: string, bytes: Readable): Promise<void>
}

/** @throws GantryError SERVER_UNREACHABLE, or what the server answered */
export function apiAt({ url, token }: ServerAddress): Api {
  const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` }

  async function send(
    method: string,
    path: string,
    body?: { type: string; content: string | ReadableStream },
  ): Promise<Response> {
    const headers = { ...authorization, ...(body && { 'content-type': body.type }) }
    // Streams need `duplex`, which TypeScript's DOM types do not know.
    const init: RequestInit & { duplex?: 'half' } = {
      method,
      headers,
      ...(body && { body: body.content, duplex: 'half' }),
    }
    try {
      return await fetch(`${url}${path}`, init)
    } catch (cause) {
      throw unreachable(url, cause)
    }
  }

  async function answered(
    method: string,
    path: string,
    body?: { type: string; content: string | ReadableStream },
  ): Promise<Response> {
    const response = await send(method, path, body)
    if (response.ok) return response
    throw errorFrom(method, path, response.status, await response.text(), url)
  }

  return {
    url,
    get: async (path, read) => readAs(read, 'GET', path, await answered('GET', path), url),
    async post(path, body, read) {
      const sent = { type: 'application/json', content: JSON.stringify(body) }
      return readAs(read, 'POST', path, await answered('POST', path, sent), url)
    },
    text: async path => (await answered('GET', path)).text(),
    async stream(path) {
      const { body } = await answered('GET', path)
      return Readable.from(body ?? [])
    },
    async has(path) {
      const response = await send('HEAD', path)
      if (response.ok || response.status === 404) return response.ok
      // An answer to HEAD has no body that could say more.
      const code = response.status === 401 ? 'UNAUTHENTICATED' : response.status === 403 ? 'FORBIDDEN' : null
      throw code === null
        ? notGantry('HEAD', path, response.status, url)
        : new GantryError(code, `${url} refused HEAD ${path}`)
    },
    async put(path, bytes) {
      await answered('PUT', path, { type: 'application/octet-stream', content: ReadableStream.from(bytes) })
    },
  }
}

async function readAs<T>(read: Read<T>, method: string, path: string, response: Response, url: string): Promise<T> {
  let body: unknown
  try {
    body = await response.json()
  } catch {
    throw notGantry(method, path, response.status, url)
  }
  try {
    return read(body)
  } catch (cause) {
    throw new GantryError(
      'INTERNAL',
      `${method} ${path} answered in a shape this command does not know; are the command and the server at ${url} of the same version?`,
      {},
      { cause },
    )
  }
}
