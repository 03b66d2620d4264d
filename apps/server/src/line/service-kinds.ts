import { GantryError } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { bindServices } from '@gantry/delivery'

export interface ServiceKind {
  kind: string
  /** Whether it keeps data: it has no address of its own, and is well while those that use it are. */
  isStateful: boolean
}

/**
 * What each service is, as its provider says. Of a config that is older than this server and refused today, the screen
 * still shows the services, by the names of their providers.
 */
export async function serviceKinds(config: Config): Promise<ReadonlyMap<string, ServiceKind>> {
  try {
    return new Map((await bindServices(config)).map(({ name, kind, isStateful }) => [name, { kind, isStateful }]))
  } catch (cause) {
    if (!(cause instanceof GantryError) || cause.code !== 'CONFIG_INVALID') throw cause
    const services = Object.entries(config.services)
    return new Map(services.map(([name, { deploy }]) => [name, { kind: deploy.provider, isStateful: false }]))
  }
}
