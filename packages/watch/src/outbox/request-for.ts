import type { Notice } from '@gantry/core'
import { GantryError } from '@gantry/core'
import type { ChannelConfig } from '@gantry/core/config'
import type * as z from 'zod'
import type { Channel, ChannelEnv, ChannelRequest } from '../channels/define-channel.ts'
import { channels } from '../channels/index.ts'

const registry: readonly Channel<z.ZodType>[] = channels

/** @throws GantryError CONFIG_INVALID for a channel nobody knows or settings it does not take; MissingSetting */
export function requestFor(notice: Notice, config: ChannelConfig, env: ChannelEnv): ChannelRequest | null {
  const channel = registry.find(({ type }) => type === config.type)
  if (!channel) {
    throw new GantryError(
      'CONFIG_INVALID',
      `routes: no channel "${config.type}"; there are ${registry.map(({ type }) => type).join(', ')}`,
    )
  }
  const settings = channel.settings.safeParse(config)
  if (!settings.success)
    throw new GantryError(
      'CONFIG_INVALID',
      `routes: ${config.name}: ${settings.error.issues[0]?.message ?? 'not as expected'}`,
    )
  return channel.requestFor(notice, settings.data, env)
}
