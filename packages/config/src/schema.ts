import { AlertConfig, type AnyWord, adapterTags, configSchema, GateConfig } from '@gantry/core/config'
import * as z from 'zod'
import { registries } from './registries.ts'

/** What `gantry.config.ts` exports: the fixed part of core, and the settings of every adapter in their places. */
export const GantryConfig = configSchema({
  provider: oneOf(adapterTags.provider, registries.provider),
  gate: GateConfig,
  probe: oneOf(adapterTags.probe, registries.probe),
  rule: AlertConfig,
  channel: oneOf(adapterTags.channel, registries.channel),
})
export type ConfigInput = z.input<typeof GantryConfig>

type SchemaIn<Registry extends Record<string, AnyWord>> = Registry[keyof Registry]['settings']['schema']

/** One of the adapters of a kind, told apart by its tag. */
function oneOf<Registry extends Record<string, AnyWord>>(tag: string, registry: Registry) {
  const [first, ...rest] = Object.values(registry).map(word => word.settings.schema as Choice<SchemaIn<Registry>>)
  if (first === undefined) throw new Error(`no adapter is told apart by ${tag}`)
  return z.discriminatedUnion(tag, [first, ...rest])
}
/** The contract of adapters holds each schema to an object, or a choice of objects, with the tag. */
type Choice<Schema> = Schema & z.core.$ZodTypeDiscriminable
