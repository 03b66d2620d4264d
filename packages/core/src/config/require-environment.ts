import { GantryError } from '../errors/gantry-error.ts'
import type { Config, EnvironmentConfig } from './config.ts'

/** @throws GantryError NOT_FOUND with the names there are: "prod" must not read as an environment where nothing runs */
export function requireEnvironment({ environments }: Pick<Config, 'environments'>, name: string): EnvironmentConfig {
  const environment = Object.hasOwn(environments, name) ? environments[name] : undefined
  if (environment) return environment
  const known = Object.keys(environments).join(', ')
  throw new GantryError('NOT_FOUND', `gantry.config.ts names no environment "${name}", only ${known || 'none'}`)
}
