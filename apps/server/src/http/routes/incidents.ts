import { GantryError, Incident, IncidentEntry, Runbook, type Store } from '@gantry/core'
import { IncidentView, NoteBody, ResolveBody, TickBody } from '@gantry/core/api'
import * as z from 'zod'
import { signedIn } from '../../access/route-access.ts'
import type { IncidentDesk } from '../../watch/incident-desk.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'

export interface IncidentRouteParts {
  project: string
  store: Pick<Store, 'incidents' | 'outbox' | 'deployments'>
  desk: IncidentDesk
  runbooks(): Promise<Runbook[]>
}

const hourMs = 3_600_000

export function incidentRoutes(app: Api, parts: IncidentRouteParts): void {
  const { project, store, desk } = parts
  const found = async (number: number) => {
    const incident = await store.incidents.get(project, number)
    if (incident) return incident
    throw new GantryError('NOT_FOUND', `no incident ${number}`)
  }

  app.get(
    '/api/v1/incidents',
    {
      access: signedIn('viewer'),
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
      access: signedIn('viewer'),
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
      access: signedIn('developer'),
      schema: {
        tags: ['incidents'],
        summary: 'Say that you are on it',
        params: one,
        body: ResolveBody,
        response: { 200: Incident },
      },
    },
    async request => {
      const { name } = callerIn(request)
      return desk.acknowledge(await found(request.params.number), { by: name, ...request.body })
    },
  )
  app.post(
    '/api/v1/incidents/:number/resolve',
    {
      access: signedIn('developer'),
      schema: {
        tags: ['incidents'],
        summary: 'Say that it is over',
        params: one,
        body: ResolveBody,
        response: { 200: Incident },
      },
    },
    async request => {
      const { name } = callerIn(request)
      return desk.resolve(await found(request.params.number), { by: name, ...request.body })
    },
  )
  app.post(
    '/api/v1/incidents/:number/notes',
    {
      access: signedIn('developer'),
      schema: {
        tags: ['incidents'],
        summary: 'Add a note to the timeline',
        params: one,
        body: NoteBody,
        response: { 201: IncidentEntry },
      },
    },
    async (request, reply) => {
      const { name } = callerIn(request)
      return reply
        .status(201)
        .send(await desk.note(await found(request.params.number), { by: name, text: request.body.text }))
    },
  )
  app.post(
    '/api/v1/incidents/:number/steps',
    {
      access: signedIn('developer'),
      schema: {
        tags: ['incidents'],
        summary: 'Tick a step of its runbook, or untick it',
        params: one,
        body: TickBody,
        response: { 200: Incident },
      },
    },
    async request => {
      const { name } = callerIn(request)
      return desk.tick(await found(request.params.number), { by: name, ...request.body })
    },
  )
}

export function runbookRoutes(app: Api, runbooks: () => Promise<Runbook[]>): void {
  app.get(
    '/api/v1/runbooks',
    {
      access: signedIn('viewer'),
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
      access: signedIn('viewer'),
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
