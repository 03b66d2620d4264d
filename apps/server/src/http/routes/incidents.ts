import { GantryError, Incident, IncidentEntry, Runbook, type Store } from '@gantry/core'
import { IncidentView, NoteBody, ResolveBody, TickBody } from '@gantry/core/api'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { IncidentDesk } from '../../watch/incident-desk.ts'
import { apiOf, callerWith } from '../route.ts'

export interface IncidentRouteParts {
  project: string
  store: Pick<Store, 'incidents' | 'outbox' | 'deployments'>
  desk: IncidentDesk
  runbooks(): Promise<Runbook[]>
}

const hourMs = 3_600_000

export function incidentRoutes(fastify: FastifyInstance, parts: IncidentRouteParts): void {
  const app = apiOf(fastify)
  const { project, store, desk } = parts
  const found = async (number: number) => {
    const incident = await store.incidents.get(project, number)
    if (incident) return incident
    throw new GantryError('NOT_FOUND', `no incident ${number}`)
  }

  app.get(
    '/api/v1/incidents',
    {
      schema: {
        tags: ['incidents'],
        summary: 'Incidents, newest first',
        querystring: z.object({
          state: z.enum(['open', 'all']).default('all'),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: z.object({ incidents: z.array(Incident) }) },
      },
    },
    async ({ query }) => ({ incidents: await store.incidents.list(project, query) }),
  )

  const one = z.object({ number: z.coerce.number().int() })
  app.get(
    '/api/v1/incidents/:number',
    {
      schema: {
        tags: ['incidents'],
        summary: 'An incident with its timeline',
        params: one,
        response: { 200: IncidentView },
      },
    },
    async ({ params }) => incidentView(await found(params.number), parts),
  )

  app.post(
    '/api/v1/incidents/:number/acknowledge',
    {
      schema: {
        tags: ['incidents'],
        summary: 'Say that you are on it',
        params: one,
        body: ResolveBody,
        response: { 200: Incident },
      },
    },
    async request => {
      const { person } = callerWith(request, 'developer')
      return desk.acknowledge(await found(request.params.number), { by: person.name, ...request.body })
    },
  )
  app.post(
    '/api/v1/incidents/:number/resolve',
    {
      schema: {
        tags: ['incidents'],
        summary: 'Say that it is over',
        params: one,
        body: ResolveBody,
        response: { 200: Incident },
      },
    },
    async request => {
      const { person } = callerWith(request, 'developer')
      return desk.resolve(await found(request.params.number), { by: person.name, ...request.body })
    },
  )
  app.post(
    '/api/v1/incidents/:number/notes',
    {
      schema: {
        tags: ['incidents'],
        summary: 'Add a note to the timeline',
        params: one,
        body: NoteBody,
        response: { 201: IncidentEntry },
      },
    },
    async (request, reply) => {
      const { person } = callerWith(request, 'developer')
      return reply
        .status(201)
        .send(await desk.note(await found(request.params.number), { by: person.name, text: request.body.text }))
    },
  )
  app.post(
    '/api/v1/incidents/:number/steps',
    {
      schema: {
        tags: ['incidents'],
        summary: 'Tick a step of its runbook, or untick it',
        params: one,
        body: TickBody,
        response: { 200: Incident },
      },
    },
    async request => {
      const { person } = callerWith(request, 'developer')
      return desk.tick(await found(request.params.number), { by: person.name, ...request.body })
    },
  )
}

export function runbookRoutes(fastify: FastifyInstance, runbooks: () => Promise<Runbook[]>): void {
  const app = apiOf(fastify)
  app.get(
    '/api/v1/runbooks',
    {
      schema: {
        tags: ['runbooks'],
        summary: 'Runbooks of the newest commit of main',
        response: { 200: z.object({ runbooks: z.array(Runbook) }) },
      },
    },
    async () => ({
      runbooks: await runbooks(),
    }),
  )
  app.get(
    '/api/v1/runbooks/:slug',
    {
      schema: {
        tags: ['runbooks'],
        summary: 'A runbook',
        params: z.object({ slug: z.string() }),
        response: { 200: Runbook },
      },
    },
    async ({ params }) => {
      const runbook = (await runbooks()).find(({ slug }) => slug === params.slug)
      if (runbook) return runbook
      throw new GantryError('NOT_FOUND', `no runbook ${params.slug}`)
    },
  )
}

async function incidentView(
  incident: Incident,
  { project, store, runbooks }: IncidentRouteParts,
): Promise<IncidentView> {
  const [entries, notices, deployments, books] = await Promise.all([
    store.incidents.entries(project, incident.number),
    store.outbox.forIncident(project, incident.number),
    store.deployments.list(project, { environment: incident.environment, limit: 20 }),
    runbooks(),
  ])
  const opened = Date.parse(incident.openedAt)
  const isBefore = (at: string) => Date.parse(at) <= opened && Date.parse(at) > opened - hourMs
  return {
    ...incident,
    entries,
    notices,
    runbookContent: books.find(({ slug }) => slug === incident.runbook) ?? null,
    changesBefore: deployments.filter(({ createdAt }) => isBefore(createdAt)),
  }
}
