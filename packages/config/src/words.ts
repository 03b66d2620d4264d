import type { ConfigInput } from './schema.ts'

export { env } from '@gantry/core/config'
export * from '@gantry/core/settings/gates'
export * from '@gantry/core/settings/rules'
export * from '@gantry/delivery/settings/providers'
export * from '@gantry/ingest/settings/forwards'
export * from '@gantry/watch/settings/channels'
export * from '@gantry/watch/settings/probes'

/** Says what a `gantry.config.ts` may hold, so that an editor completes and checks it. Changes nothing. */
export const defineConfig = (config: ConfigInput): ConfigInput => config
