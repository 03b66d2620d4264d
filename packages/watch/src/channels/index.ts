import { performing } from '@gantry/core/config'
import type { Channel } from './define-channel.ts'
import * as channels from './settings.ts'

/** The channel a route names, ready to be asked for requests. @throws GantryError CONFIG_INVALID */
export const channelFor = performing<Channel>(
  'channel',
  channels,
  async name => (await import(`./${name}/channel.ts`)).channel,
)
