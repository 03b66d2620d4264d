import { type AccessStore, Account, GantryError, Member, type MemberChange, type Role } from '@gantry/core'
import { RoleBody } from '@gantry/core/api'
import * as z from 'zod'
import type { AccessLedger } from '../../access/access-ledger.ts'
import { may, serverOwner } from '../../access/route-access.ts'
import { personIn, projectIn } from '../door.ts'
import type { Api } from '../route.ts'

export interface PeopleRouteParts {
  store: Pick<AccessStore, 'members' | 'changeMember' | 'person' | 'role'>
  ledger: AccessLedger
}

const tags = ['people']
const one = z.object({ person: z.string() })
const nothing = z.strictObject({})

/** Who belongs to a project, and what they may do there. */
export function peopleRoutes(app: Api, { store, ledger }: PeopleRouteParts): void {
  /** @throws GantryError NOT_FOUND, LAST_OWNER */
  async function change(project: string, personId: string, role: Role | null, actor: string): Promise<void> {
    const person = await store.person(personId)
    const before = await store.role(project, personId)
    refuseChange(await store.changeMember(project, personId, role), project, personId)
    const action = role === null ? 'person.removed' : 'person.role'
    const evidence = { person: personId, before, after: role }
    await ledger.write(project, { actor, action, subject: person?.name ?? personId, evidence })
    ledger.accessChanged(personId)
  }
  app.get(
    '/people',
    {
      access: may('look'),
      schema: {
        tags,
        summary: 'Who belongs to the project, with their roles',
        response: { 200: z.object({ people: z.array(Member) }) },
      },
    },
    async request => ({ people: await store.members(projectIn(request)) }),
  )
  app.post(
    '/people/:person/role',
    {
      access: may('people'),
      schema: { tags, summary: 'Give somebody another role', params: one, body: RoleBody },
    },
    async request => {
      await change(projectIn(request), request.params.person, request.body.role, personIn(request).name)
      return {}
    },
  )
  app.post(
    '/people/:person/remove',
    {
      access: may('people'),
      schema: { tags, summary: 'Take somebody out of the project', params: one, body: nothing },
    },
    async request => {
      await change(projectIn(request), request.params.person, null, personIn(request).name)
      return {}
    },
  )
  app.post(
    '/leave',
    { access: may('look'), schema: { tags, summary: 'Leave the project', body: nothing } },
    async request => {
      const { account, name } = personIn(request)
      await change(projectIn(request), account.id, null, name)
      return {}
    },
  )
}

/** Everybody who has an account, whatever they belong to. */
export function accountRoutes(app: Api, store: Pick<AccessStore, 'people'>): void {
  app.get(
    '/api/v1/people',
    {
      access: serverOwner,
      schema: {
        tags,
        summary: 'Everybody who has an account on this server',
        response: { 200: z.object({ people: z.array(Account) }) },
      },
    },
    async () => ({ people: await store.people() }),
  )
}

function refuseChange(change: MemberChange, project: string, personId: string): void {
  if (change === 'unknown') throw new GantryError('NOT_FOUND', `nobody in ${project} has the id ${personId}`)
  if (change === 'last-owner')
    throw new GantryError('LAST_OWNER', `${project} has one owner, who cannot leave or get a lesser role`)
}
