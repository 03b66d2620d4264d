import type { QueuedForward } from '@gantry/core'
import { type AnyWord, type SettingsOf, withActs } from '@gantry/core/config'

/** A request as data: what would be sent, before anything is. */
export interface ForwardRequest {
  url: string
  headers: Record<string, string>
  body: Buffer
}

/** What a receiver answered, as far as anybody reads it. */
export interface ForwardAnswer {
  status: number
  headers: Readonly<Record<string, string | undefined>>
  /** Its beginning. */
  body: string
}

/** Variables by name. Settings name them; their values never enter config or database. */
export type ForwardEnv = Readonly<Record<string, string | undefined>>

/** How what waits becomes requests to one kind of service. */
export interface Forward<Settings = unknown> {
  takes: 'envelopes' | 'lines'
  /** The variable that says where it is. */
  addressEnv(settings: Settings): string
  /** What goes into one request, and how many requests are on their way together. */
  most: { rows: number; bytes: number; atOnce: number }
  /** @throws MissingValue, WrongValue */
  requestFor(rows: readonly QueuedForward[], settings: Settings, env: ForwardEnv, now: string): ForwardRequest
  /** Until when it wants nothing of a category. */
  limitsIn(answer: ForwardAnswer, now: string): Record<string, string>
  /** How many things of an answer that is well were not taken. */
  rejectedIn(answer: ForwardAnswer): number
}

export const defineForward = <W extends AnyWord>(word: W, acts: Forward<SettingsOf<W>>) => withActs(word, acts)

/** What is wrong with a variable; what waits for it goes on waiting, and a person is told why. */
export class WrongValue extends Error {
  override readonly name = 'WrongValue'
}

/** @throws WrongValue */
export function required(env: ForwardEnv, name: string): string {
  const value = env[name]?.trim()
  if (value) return value
  throw new WrongValue(`${name} is not set`)
}

/** @throws WrongValue, which never shows what it holds */
export function addressIn(env: ForwardEnv, name: string, usual?: string): URL {
  const value = env[name]?.trim() || usual || required(env, name)
  const url = URL.parse(value.includes('://') ? value : `https://${value}`)
  if (url && /^https?:$/.test(url.protocol)) return url
  throw new WrongValue(`${name} holds no http or https address`)
}
