import type { Readable } from 'node:stream'
import type { Call } from '../command/call.ts'
import type { Host } from '../host.ts'
import { type Api, apiAt, type Read } from './api.ts'
import { findProject } from './find-project.ts'
import { serverAddress } from './server-address.ts'

/** The server this person means. Nothing is sent before the first question. */
export const connect = (host: Pick<Host, 'env' | 'cwd'>): Api => apiAt(serverAddress(host))

/** The same for one project: paths are those below `/api/v1/projects/<project>`. Which one is found at the first question. */
export function connectProject(call: Call, host: Host): Api {
  const api = connect(host)
  let found: Promise<string> | null = null
  const at = async (path: string) => {
    found ??= findProject(call.text('project'), host, api)
    return `/api/v1/projects/${encodeURIComponent(await found)}${path}`
  }
  return {
    url: api.url,
    get: async <T>(path: string, read: Read<T>) => api.get(await at(path), read),
    post: async <T>(path: string, body: unknown, read: Read<T>) => api.post(await at(path), body, read),
    text: async path => api.text(await at(path)),
    stream: async path => api.stream(await at(path)),
    has: async path => api.has(await at(path)),
    put: async (path: string, bytes: Readable) => api.put(await at(path), bytes),
  }
}
