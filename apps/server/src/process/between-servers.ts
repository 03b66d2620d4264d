import type { Store } from '@gantry/core'
import { type Database, openQueue, type Queue } from '@gantry/store'
import type { Environment } from '../environment.ts'
import { type HeldLeases, holdLeases } from '../lease/held-leases.ts'
import { openServerBus, type ServerBus } from '../live/server-bus.ts'
import { type ActExchange, createActExchange } from './act-exchange.ts'
import { filesOf, joinServers, type ServerGroup } from './server-group.ts'
import type { thisProcess } from './this-process.ts'

/** What servers of one database have between them. */
export interface BetweenServers {
  queue: Queue
  /** What this server does and no other of its database. */
  leases: HeldLeases
  group: ServerGroup
  bus: ServerBus
  exchange: ActExchange
}

export interface BetweenServersParts {
  process: Awaited<ReturnType<typeof thisProcess>>
  environment: Environment
  database: Database
  store: Store
  say(line: string): void
  log: { error(facts: object, message: string): void }
}

/** Closes the database when this server may not work on it. @throws GantryError DATABASE_IN_USE */
export async function openBetweenServers(parts: BetweenServersParts): Promise<BetweenServers> {
  const { process, environment, database, store, say, log } = parts
  const self = { ...process, role: environment.role, files: filesOf(environment.objects, environment.secretKey) }
  const onError = (what: string) => (cause: unknown) => log.error({ err: cause }, what)
  try {
    const group = await joinServers({
      ...{ servers: store.servers, leases: store.leases, self, say },
      onError: onError('the other servers could not be told that we live'),
    })
    const bus = await openServerBus(database, self.id, onError('another server could not be told, or understood'))
    const leases = holdLeases({
      ...{ leases: store.leases, owner: self.id, isAlone: database.kind === 'embedded' },
      onError: onError('leases could not be renewed'),
    })
    const queue = await openQueue(database, onError('queue'))
    const exchange = createActExchange({ self: self.id, queue, leases: store.leases, servers: store.servers, bus })
    return { queue, leases, group, bus, exchange }
  } catch (cause) {
    await database.close()
    throw cause
  }
}
