import { adapterTags, configSchema, oneOf } from '@gantry/core/config'
import type * as z from 'zod'
import { registries } from './registries.ts'

/** What `gantry.config.ts` exports: the fixed part of core, and the settings of every adapter in their places. */
export const GantryConfig = configSchema({
  provider: oneOf(adapterTags.provider, registries.provider),
  gate: oneOf(adapterTags.gate, registries.gate),
  probe: oneOf(adapterTags.probe, registries.probe),
  rule: oneOf(adapterTags.rule, registries.rule),
  channel: oneOf(adapterTags.channel, registries.channel),
  forward: oneOf(adapterTags.forward, registries.forward),
})
export type ConfigInput = z.input<typeof GantryConfig>

/** The same for programs: what an editor or a form checks a config with that is written as JSON. */
export const configAsJsonSchema = (): object => ({
  title: 'gantry.config.ts',
  ...GantryConfig.toJSONSchema({ io: 'input', unrepresentable: 'any' }),
})
