import { type Notice, notSet } from '@gantry/core'
import { type AnyWord, type SettingsOf, withActs } from '@gantry/core/config'

/** A request as data: what would be sent, before anything is. */
export interface ChannelRequest {
  url: string
  headers: Record<string, string>
  body: string
}

/** Variables of the machine that sends. Settings name variables; their values never enter config or database. */
export type ChannelEnv = Record<string, string | undefined>

/** What a channel does. */
export interface Channel<Settings = unknown> {
  /** Null where the receiver has no use for that kind of notice. @throws MissingSetting */
  requestFor(notice: Notice, settings: Settings, env: ChannelEnv): ChannelRequest | null
}

export const defineChannel = <W extends AnyWord>(word: W, acts: Channel<SettingsOf<W>>) => withActs(word, acts)

/** A variable that a channel needs is not set. */
export class MissingSetting extends Error {
  constructor(name: string) {
    super(notSet(name))
    this.name = 'MissingSetting'
  }
}

export function required(env: ChannelEnv, name: string): string {
  const value = env[name]
  if (value) return value
  throw new MissingSetting(name)
}

export function jsonRequest(url: string, body: unknown): ChannelRequest {
  return { url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
