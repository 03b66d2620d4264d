import type { Host } from '../host.ts'
import { type Api, apiAt } from './api.ts'
import { serverAddress } from './server-address.ts'

/** The server this person means. Nothing is sent before the first question. */
export const connect = (host: Pick<Host, 'env' | 'cwd'>): Api => apiAt(serverAddress(host))
