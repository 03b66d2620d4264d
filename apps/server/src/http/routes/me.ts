import { Person } from '@gantry/core'
import * as z from 'zod'
import type { Access } from '../../access/access.ts'
import { type Caller, isSeenBy } from '../../access/caller.ts'
import { anythingWith } from '../../access/job-rules.ts'
import { peopleOnly, signedIn } from '../../access/route-access.ts'
import type { Projects } from '../../project/projects.ts'
import { callerIn, personIn } from '../door.ts'
import type { Api } from '../route.ts'

export interface MeRouteParts {
  projects: Pick<Projects, 'all'>
  access: Access
  url(): string
}

/** Who asks, what they may see, and new sign-in links for them. */
export function meRoutes(app: Api, { projects, access, url }: MeRouteParts): void {
  app.get(
    '/api/v1/me',
    {
      access: signedIn('viewer', anythingWith('run')),
      schema: {
        tags: ['access'],
        summary: 'Who asks',
        response: { 200: z.object({ person: Person, projects: z.array(z.string()) }) },
      },
    },
    async request => {
      const caller = callerIn(request)
      const seen = projects.all().map(({ stored }) => stored.name)
      return { person: asPerson(caller), projects: seen.filter(project => isSeenBy(caller, project)) }
    },
  )
  app.post(
    '/api/v1/sign-in-links',
    {
      access: peopleOnly('viewer'),
      schema: {
        tags: ['access'],
        summary: 'A link that signs the caller in once',
        response: { 201: z.object({ url: z.string() }) },
      },
    },
    async (request, reply) => {
      const link = await access.newSignInLink(personIn(request).person.id)
      return reply.status(201).send({ url: `${url()}/sign-in?link=${link}` })
    },
  )
}

/** What `/me` answers for those who are none: a name, and the least role. */
const asPerson = (caller: Caller): Person =>
  caller.kind === 'person'
    ? caller.person
    : { id: `${caller.kind}:${caller.name}`, name: caller.name, role: caller.kind === 'job' ? 'viewer' : caller.role }
