import { GantryError, LedgerRow, type LedgerStore, Person, type Project } from '@gantry/core'
import { Line } from '@gantry/core/api'
import { Config } from '@gantry/core/config'
import * as z from 'zod'
import type { Access } from '../../access/access.ts'
import type { Caller } from '../../access/caller.ts'
import { anythingWith, itsCommit } from '../../access/job-rules.ts'
import { peopleOnly, signedIn } from '../../access/route-access.ts'
import { callerIn, personIn } from '../door.ts'
import type { Api } from '../route.ts'

export interface LineRouteParts {
  project(): Promise<Project>
  line(): Promise<Line>
  ledger: LedgerStore
  access: Access
  configAt(sha: string): Promise<Config>
  shaOfRun(runId: string): Promise<string | null>
  url(): string
}

const configOfCommit = z.object({ config: Config, sha: z.string() })

/** The first screen, who asks, the ledger, and new sign-in links. */
export function lineRoutes(app: Api, parts: LineRouteParts): void {
  app.get(
    '/api/v1/me',
    {
      access: signedIn('viewer', anythingWith('run')),
      schema: {
        tags: ['access'],
        summary: 'Who asks',
        response: { 200: z.object({ person: Person, project: z.string(), projects: z.array(z.string()) }) },
      },
    },
    async request => {
      const { name } = await parts.project()
      return { person: asPerson(callerIn(request)), project: name, projects: [name] }
    },
  )
  app.get(
    '/api/v1/line',
    {
      access: signedIn('viewer'),
      schema: { tags: ['line'], summary: 'What runs where, and how it does', response: { 200: Line } },
    },
    () => parts.line(),
  )

  app.get(
    '/api/v1/config',
    {
      access: signedIn('viewer'),
      schema: {
        tags: ['line'],
        summary: 'The config of the newest commit of main',
        response: { 200: configOfCommit },
      },
    },
    async () => {
      const { config, configSha } = await parts.project()
      if (config && configSha) return { config, sha: configSha }
      throw new GantryError('CONFIG_MISSING', 'nothing with a gantry.config.ts was pushed to main yet')
    },
  )

  // It executes what that commit holds, so it takes what starting a run of that commit takes.
  app.get(
    '/api/v1/commits/:sha/config',
    {
      access: signedIn('developer', itsCommit('params', ['release'], parts.shaOfRun)),
      schema: {
        tags: ['line'],
        summary: 'The config of any commit, merged or not',
        params: z.object({ sha: z.string().regex(/^[0-9a-f]{40}$/) }),
        response: { 200: configOfCommit },
      },
    },
    async ({ params: { sha } }) => ({ config: await parts.configAt(sha), sha }),
  )

  app.get(
    '/api/v1/ledger',
    {
      access: signedIn('viewer'),
      schema: {
        tags: ['ledger'],
        summary: 'Every act, newest first, and whether the chain is whole',
        querystring: z.object({
          before: z.coerce.number().int().optional(),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: z.object({ rows: z.array(LedgerRow), whole: z.boolean(), brokenAt: z.int().nullable() }) },
      },
    },
    async ({ query: { before, limit } }) => {
      const { name } = await parts.project()
      const [rows, { brokenAt }] = await Promise.all([
        parts.ledger.list(name, { limit, ...(before !== undefined && { before }) }),
        parts.ledger.verify(name),
      ])
      return { rows, whole: brokenAt === null, brokenAt }
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
      const link = await parts.access.newSignInLink(personIn(request).person.id)
      return reply.status(201).send({ url: `${parts.url()}/sign-in?link=${link}` })
    },
  )
}

/** What `/me` answers for those who are none: a name, and the least role. */
const asPerson = (caller: Caller): Person =>
  caller.kind === 'person'
    ? caller.person
    : { id: `${caller.kind}:${caller.name}`, name: caller.name, role: caller.kind === 'job' ? 'viewer' : caller.role }
