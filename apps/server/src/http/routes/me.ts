import type { AccessStore, Role } from '@gantry/core'
import { Me } from '@gantry/core/api'
import type { Access } from '../../access/access.ts'
import { type Caller, isSeen } from '../../access/caller.ts'
import { anybodyKnown } from '../../access/route-access.ts'
import type { Projects } from '../../project/projects.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'

export interface MeRouteParts {
  projects: Pick<Projects, 'all'>
  access: Pick<Access, 'seenBy'>
  members: Pick<AccessStore, 'memberships' | 'knownAs'>
}

/** Who asks, and the projects they belong to. */
export function meRoutes(app: Api, { projects, access, members }: MeRouteParts): void {
  app.get(
    '/api/v1/me',
    { access: anybodyKnown, schema: { tags: ['access'], summary: 'Who asks', response: { 200: Me } } },
    async request => {
      const caller = callerIn(request)
      const seen = caller.kind === 'job' ? new Set([caller.project]) : await access.seenBy(caller)
      const names = projects.all().map(({ stored }) => stored.name)
      const theirs = names.filter(name => isSeen(seen, name))
      return {
        person: asAccount(caller),
        knownAs: caller.kind === 'person' ? await members.knownAs(caller.account.id) : { names: [], emails: [] },
        kind: caller.kind,
        projects: theirs,
        roles: await rolesOf(caller, theirs, members),
      }
    },
  )
}

async function rolesOf(
  caller: Caller,
  projects: string[],
  members: MeRouteParts['members'],
): Promise<Record<string, Role>> {
  if (caller.kind !== 'person') return Object.fromEntries(projects.map(project => [project, 'viewer' as const]))
  if (caller.account.isServerOwner) return Object.fromEntries(projects.map(project => [project, 'owner' as const]))
  const memberships = await members.memberships(caller.account.id)
  return Object.fromEntries(memberships.map(({ project, role }) => [project, role]))
}

const asAccount = (caller: Caller): Me['person'] =>
  caller.kind === 'person'
    ? caller.account
    : { id: `${caller.kind}:${caller.name}`, name: caller.name, email: null, isServerOwner: false }
