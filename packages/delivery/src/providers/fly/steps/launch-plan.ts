import * as z from 'zod'
import { groupOf, type Machine } from '../api/machine.ts'
import { sortMachines } from '../api/machines-of-app.ts'
import { CannotDeploy } from '../cannot-deploy.ts'
import type { FlyFacts } from '../fly-work.ts'
import type { FlySettings } from '../settings.ts'
import { type Slot, tags } from '../tags.ts'
import type { FlyToml } from '../toml/fly-toml.ts'
import { hasChecks, type MachineConfig, machineConfig } from '../toml/machine-config.ts'
import { processGroups } from '../toml/process-groups.ts'

const SlotSchema = z.object({ group: z.string(), region: z.string(), number: z.int() })

/**
 * Which machines a release is to have. It is stored before the first of them is made: a process that goes on later makes the
 * same ones, and a rollback makes them again where Fly has none any more.
 */
export const LaunchPlan = z.object({
  image: z.string(),
  slots: z.array(SlotSchema).min(1),
  configs: z.record(
    z.string(),
    z.custom<MachineConfig>(value => typeof value === 'object' && value !== null),
  ),
  minSecretsVersion: z.number().nullable(),
})
export type LaunchPlan = z.output<typeof LaunchPlan>

export interface LaunchParts {
  facts: FlyFacts
  toml: FlyToml
  image: string
  /** Those of the app now. */
  machines: Machine[]
  /** What the machines get openly. */
  env: Record<string, string>
  minSecretsVersion: number | null
}

/** @throws CannotDeploy */
export function launchPlan(parts: LaunchParts): LaunchPlan {
  const { facts, toml, image, machines, minSecretsVersion } = parts
  const { own, former: others } = sortMachines(machines, facts.release.id)
  // The same release once more: what runs of it is what runs.
  const former = others.length > 0 ? others : own
  const groups = processGroups(toml)
  const configs = Object.fromEntries(groups.map(group => [group, configFor(group, parts, former)]))
  refuseBlindSwitch(configs, facts)
  const slots = groups.flatMap(group => slotsOf(group, toml, former, facts.settings))
  return { image, slots, configs, minSecretsVersion }
}

function configFor(group: string, { facts, toml, image, env }: LaunchParts, former: Machine[]): MachineConfig {
  const { release, service, config } = facts
  const made = machineConfig(toml, group, {
    image,
    env,
    health: config.health ?? null,
    metadata: {
      fly_platform_version: 'v2',
      [tags.service]: service,
      [tags.release]: release.id,
    },
  })
  // `fly scale` changes sizes without fly.toml: a size that fly.toml does not name is that of the machines before.
  const before = former.find(machine => groupOf(machine) === group)?.config['guest']
  return made.guest === undefined && isRecord(before) ? { ...made, guest: before } : made
}

/** A volume is on one machine at a time, and without a check nobody knows when to switch. */
function refuseBlindSwitch(configs: Record<string, MachineConfig>, { service, settings }: FlyFacts): void {
  if (settings.strategy !== 'bluegreen') return
  const groups = Object.entries(configs)
  const mounting = groups.find(([, { mounts = [] }]) => mounts.length > 0)
  if (mounting)
    throw new CannotDeploy(
      `${mounting[0]} mounts a volume, and a volume is on one machine at a time: set \`strategy: 'rolling'\` for ${service} in gantry.config.ts`,
    )
  const blind = groups.find(([, made]) => (made.services ?? []).length > 0 && !hasChecks(made))
  if (blind)
    throw new CannotDeploy(
      `nothing says when ${blind[0]} is healthy: set \`health\` for ${service} in gantry.config.ts, or add [[http_service.checks]] to fly.toml`,
    )
}

/** As many as run now, where nothing else is said: `fly scale count` keeps its word. */
function slotsOf(group: string, toml: FlyToml, former: Machine[], { machines, regions }: FlySettings): Slot[] {
  const running = former.filter(machine => groupOf(machine) === group)
  const found = running.map(({ region }) => region)
  const primary = toml.primary_region === undefined ? [] : [toml.primary_region]
  const where = regions.length > 0 ? regions : found.length > 0 ? [...new Set(found)].toSorted() : primary
  if (where.length === 0)
    throw new CannotDeploy(
      'fly.toml names no primary_region and no machine runs yet: set `regions` in gantry.config.ts',
    )
  return where.flatMap(region => {
    const count = machines ?? Math.max(1, found.filter(each => each === region).length)
    return Array.from({ length: count }, (_, index) => ({ group, region, number: index + 1 }))
  })
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
