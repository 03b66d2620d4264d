import { type Config, IngestConfig } from '@gantry/core/config'

/**
 * What each project wants done with reports. The same object as long as the config is the same, so that what is learnt
 * by it may be kept by it. A config that an older Gantry stored does not say it.
 */
export function ingestConfigs(
  configOf: (project: string) => Promise<Config | null>,
): (project: string) => Promise<IngestConfig> {
  const known = new WeakMap<Config, IngestConfig>()
  return async project => {
    const config = await configOf(project)
    if (config === null) return usual
    const settings = known.get(config) ?? IngestConfig.parse(config.ingest ?? {})
    known.set(config, settings)
    return settings
  }
}

const usual = IngestConfig.parse({})
