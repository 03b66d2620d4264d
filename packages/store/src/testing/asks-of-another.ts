import type { Store } from '@gantry/core'

/** What somebody of the project `other` asks with: ids of `theirs`. */
export const mark = 'theirs'
export const at = '2026-03-01T08:00:00.000Z'
export const dayMs = 86_400_000
export const of24h = new Date(Date.parse(at) + dayMs / 2).toISOString()
export const page = { limit: 100 }
export const of = (id: string) => `${mark} ${id}`

export const theirs = { by: 'other', at, text: null }

export type Ask = (store: Store) => Promise<unknown>
/** `server`: asked by the server itself, for all projects at once. `row`: writes a row that names its project. */
export type Asks = {
  [Port in Exclude<keyof Store, 'ping' | 'close' | 'servers'>]: {
    [Method in keyof Store[Port]]: Ask | 'server' | 'row'
  }
}
