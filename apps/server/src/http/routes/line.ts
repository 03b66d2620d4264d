import { GantryError, LedgerRow, type LedgerStore, Person, type Project } from '@gantry/core'
import { Line } from '@gantry/core/api'
import { Config } from '@gantry/core/config'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { Access } from '../../access/access.ts'
import { apiOf, callerWith } from '../route.ts'
import { callerIn } from '../session.ts'

export interface LineRouteParts {
  project(): Promise<Project>
  line(): Promise<Line>
  ledger: LedgerStore
  access: Access
  configAt(sha: string): Promise<Config>
  url(): string
}

/** The first screen, who asks, the ledger, and new sign-in links. */
export function lineRoutes(fastify: FastifyInstance, parts: LineRouteParts): void {
  const app = apiOf(fastify)
  app.get(
    '/api/v1/me',
    {
      schema: {
        tags: ['access'],
        summary: 'Who asks',
        response: { 200: z.object({ person: Person, project: z.string(), projects: z.array(z.string()) }) },
      },
    },
    async request => {
      const { name } = await parts.project()
      return { person: callerIn(request).person, project: name, projects: [name] }
    },
  )
  app.get(
    '/api/v1/line',
    { schema: { tags: ['line'], summary: 'What runs where, and how it does', response: { 200: Line } } },
    () => parts.line(),
  )

  app.get(
    '/api/v1/config',
    {
      schema: {
        tags: ['line'],
        summary: 'The config of a commit; of the newest one of main when left out',
        querystring: z.object({
          sha: z
            .string()
            .regex(/^[0-9a-f]{40}$/)
            .optional(),
        }),
        response: { 200: z.object({ config: Config, sha: z.string() }) },
      },
    },
    async ({ query: { sha } }) => {
      if (sha) return { config: await parts.configAt(sha), sha }
      const { config, configSha } = await parts.project()
      if (config && configSha) return { config, sha: configSha }
      throw new GantryError('CONFIG_MISSING', 'nothing with a gantry.config.ts was pushed to main yet')
    },
  )

  app.get(
    '/api/v1/ledger',
    {
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
      schema: {
        tags: ['access'],
        summary: 'A link that signs the caller in once',
        response: { 201: z.object({ url: z.string() }) },
      },
    },
    async (request, reply) => {
      const { person, isPerson } = callerWith(request, 'viewer')
      if (!isPerson) throw new GantryError('FORBIDDEN', `${person.name} is a token; only people sign in`)
      const link = await parts.access.newSignInLink(person.id)
      return reply.status(201).send({ url: `${parts.url()}/sign-in?link=${link}` })
    },
  )
}
