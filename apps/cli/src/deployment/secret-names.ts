import { envNamesIn } from '@gantry/config'
import type { Config } from '@gantry/core/config'

/** Names of secrets that the provider of a service is asked with, or hands on. */
export const secretNamesOf = (config: Config, service: string): string[] =>
  envNamesIn(config).flatMap(({ isSecret, name, path, whenLeftOut }) =>
    isSecret && whenLeftOut === undefined && path === `services.${service}.deploy` ? [name] : [],
  )
