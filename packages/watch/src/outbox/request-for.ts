import type { Notice } from '@gantry/core'
import type { ChannelConfig } from '@gantry/core/config'
import type { ChannelEnv, ChannelRequest } from '../channels/define-channel.ts'
import { channelFor } from '../channels/index.ts'

/** @throws GantryError CONFIG_INVALID for settings of another time; MissingSetting */
export async function requestFor(
  notice: Notice,
  config: ChannelConfig,
  env: ChannelEnv,
): Promise<ChannelRequest | null> {
  const { acts, settings } = await channelFor(config)
  return acts.requestFor(notice, settings, env)
}
