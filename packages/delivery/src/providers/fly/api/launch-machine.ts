import type { FlyWork } from '../fly-work.ts'
import { tags } from '../tags.ts'
import type { MachineConfig } from '../toml/machine-config.ts'
import { areSecretsLate, isAmbiguous } from './fly-error.ts'
import { isGone, type Machine } from './machine.ts'

export interface Launch {
  /** Unique in the app: the machine is found again by it. */
  tag: string
  region: string
  config: MachineConfig
  minSecretsVersion: number | null
}

const tries = 3

/**
 * Makes a machine that no request reaches, once. An answer that was lost may stand for a machine that is there: before another is
 * asked for, it is looked for by its tag. (flyctl has done so since a 408 made it leave whole fleets behind.)
 */
export async function launchMachine({ api, context }: FlyWork, launch: Launch): Promise<Machine> {
  const { tag, region, config, minSecretsVersion } = launch
  const asked = {
    region,
    config: { ...config, metadata: { ...config.metadata, [tags.launch]: tag } },
    skip_service_registration: true,
    ...(minSecretsVersion !== null && { min_secrets_version: minSecretsVersion }),
  }
  for (let tried = 1; ; tried += 1) {
    try {
      return await api.create(asked)
    } catch (cause) {
      const isLost = isAmbiguous(cause)
      if (!isLost && !areSecretsLate(cause)) throw cause
      await context.sleep(1_000 * tried)
      const found = isLost ? withTag(await api.list(), tag) : undefined
      if (found) return found
      if (tried === tries) throw cause
    }
  }
}

export const withTag = (machines: Machine[], tag: string): Machine | undefined =>
  machines.find(machine => machine.config.metadata[tags.launch] === tag && !isGone(machine))
