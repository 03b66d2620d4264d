import type { DeploymentStore, ProjectStore } from '@gantry/core'
import type { Delivery } from '@gantry/delivery'
import * as z from 'zod'
import type { HandOver } from '../project/hand-over.ts'

const Addresses = z.record(z.string(), z.record(z.string(), z.string())).catch({})
const settingName = 'addresses'

export interface SharedAddresses {
  address(environment: string, service: string): string | null
  /** Stores where services are, for the other servers: at their vendors, as was found when they went live, and on this machine. */
  say(): Promise<void>
  /** Reads where another server runs them. */
  learn(): Promise<void>
}

/** The public addresses of services: of this machine while this server works on the project, else as another one said. */
export function sharedAddresses(
  project: string,
  parts: {
    store: {
      projects: Pick<ProjectStore, 'setting' | 'saveSetting'>
      deployments: Pick<DeploymentStore, 'allLive'>
    }
    machine: Pick<Delivery, 'address' | 'status'>
    hand: Pick<HandOver, 'isOurs'>
  },
): SharedAddresses {
  const { store, machine, hand } = parts
  let known: z.output<typeof Addresses> = {}
  return {
    address: (environment, service) =>
      hand.isOurs() ? machine.address(project, environment, service) : (known[environment]?.[service] ?? null),
    async say() {
      const places: z.output<typeof Addresses> = {}
      for (const { environment, addresses } of await store.deployments.allLive(project))
        places[environment] = { ...addresses }
      for (const { environment, services } of machine.status().filter(each => each.project === project)) {
        const here = services.flatMap(({ service, address }) => (address ? [[service, address] as const] : []))
        places[environment] = { ...places[environment], ...Object.fromEntries(here) }
      }
      await store.projects.saveSetting(project, settingName, places)
    },
    async learn() {
      if (!hand.isOurs()) known = Addresses.parse(await store.projects.setting(project, settingName))
    },
  }
}
