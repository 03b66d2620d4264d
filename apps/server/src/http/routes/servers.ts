import type { LeaseStore } from '@gantry/core'
import { Servers } from '@gantry/core/api'
import type { Access } from '../../access/access.ts'
import { isSeen } from '../../access/caller.ts'
import { anybodyKnown } from '../../access/route-access.ts'
import { projectWork } from '../../process/act-exchange.ts'
import type { ServerGroup } from '../../process/server-group.ts'
import type { RunningSyslog } from '../../syslog/start-syslog.ts'
import type { SyslogListenerState } from '../../syslog/syslog-listener.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'

export interface ServerRouteParts {
  group: Pick<ServerGroup, 'living'>
  /** Which of them answers. */
  self(): string
  leases: Pick<LeaseStore, 'held'>
  access: Pick<Access, 'seenBy'>
  syslog(): Pick<RunningSyslog, 'states' | 'waits'> | null
}

/** GET /api/v1/servers: who works on this database, and on what. */
export function serversRoute(app: Api, { group, self, leases, access, syslog }: ServerRouteParts): void {
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
      const isOfTheirs = ({ project }: SyslogListenerState) => project === null || isSeen(theirs, project)
      const living = await group.living()
      return {
        servers: living.map(({ id, host, role, address, startedAt }) => {
          const isThis = id === self()
          return {
            ...{ host, role, address, startedAt, isThis, projects: worksOn(id).toSorted() },
            syslog: isThis ? (syslog()?.states() ?? []).filter(isOfTheirs) : [],
          }
        }),
      }
    },
  )
}
