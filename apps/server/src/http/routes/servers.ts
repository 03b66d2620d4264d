import type { LeaseStore } from '@gantry/core'
import { Servers } from '@gantry/core/api'
import type { Access } from '../../access/access.ts'
import { isSeen } from '../../access/caller.ts'
import { anybodyKnown } from '../../access/route-access.ts'
import { projectWork } from '../../process/act-exchange.ts'
import type { ServerGroup } from '../../process/server-group.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'

export interface ServerRouteParts {
  group: Pick<ServerGroup, 'living'>
  /** Which of them answers. */
  self(): string
  leases: Pick<LeaseStore, 'held'>
  access: Pick<Access, 'seenBy'>
}

/** GET /api/v1/servers: who works on this database, and on what. */
export function serversRoute(app: Api, { group, self, leases, access }: ServerRouteParts): void {
  app.get(
    '/api/v1/servers',
    {
      access: anybodyKnown,
      schema: { tags: ['server'], summary: 'The servers of this database that live', response: { 200: Servers } },
    },
    async request => {
      const theirs = await access.seenBy(callerIn(request))
      const held = await leases.held({ kind: projectWork.kind })
      const worksOn = (id: string) =>
        held.flatMap(({ project, owner }) => (owner === id && project && isSeen(theirs, project) ? project : []))
      const living = await group.living()
      return {
        servers: living.map(({ id, host, role, address, startedAt }) => {
          return { host, role, address, startedAt, isThis: id === self(), projects: worksOn(id).toSorted() }
        }),
      }
    },
  )
}
