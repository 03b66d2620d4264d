import type { ProjectStore } from '@gantry/core'
import type { Delivery } from '@gantry/delivery'
import * as z from 'zod'
import type { HandOver } from '../project/hand-over.ts'

const Addresses = z.record(z.string(), z.record(z.string(), z.string())).catch({})
const settingName = 'addresses'

export interface SharedAddresses {
  address(environment: string, service: string): string | null
  /** Stores where the services of this machine are, for the other servers. */
  say(): Promise<void>
  /** Reads where another server runs them. */
  learn(): Promise<void>
}

/** The public addresses of services: of this machine while this server works on the project, else as another one said. */
export function sharedAddresses(
  project: string,
  parts: {
    store: { projects: Pick<ProjectStore, 'setting' | 'saveSetting'> }
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
      const own = machine.status().filter(each => each.project === project)
      const pairs = own.map(({ environment, services }): [string, Record<string, string>] => [
        environment,
        Object.fromEntries(services.flatMap(({ service, address }) => (address ? [[service, address]] : []))),
      ])
      await store.projects.saveSetting(project, settingName, Object.fromEntries(pairs))
    },
    async learn() {
      if (!hand.isOurs()) known = Addresses.parse(await store.projects.setting(project, settingName))
    },
  }
}
