import { GantryError, Incident, IncidentEntry, Runbook } from '@gantry/core'
import { IncidentView, NoteBody, ResolveBody, TickBody } from '@gantry/core/api'
import * as z from 'zod'
import { may } from '../../access/route-access.ts'
import type { ProjectContext } from '../../project/open-project.ts'
import type { ContextOf } from '../context-of.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'

const hourMs = 3_600_000
const one = z.object({ number: z.coerce.number().int() })

export function incidentRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/incidents',
    {
      access: may('look'),
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
    async request => {
      const { store, stored } = contextOf(request)
      return { incidents: await store.incidents.list(stored.name, request.query) }
    },
  )

  app.get(
    '/incidents/:number',
    {
      access: may('look'),
      schema: {
        tags: ['incidents'],
        summary: 'An incident with its timeline',
        params: one,
        response: { 200: IncidentView },
      },
    },
    async request => {
      const context = contextOf(request)
      return incidentView(await found(context, request.params.number), context)
    },
  )

  endRoutes(app, contextOf)
  timelineRoutes(app, contextOf)
}

function endRoutes(app: Api, contextOf: ContextOf): void {
  app.post(
    '/incidents/:number/acknowledge',
    {
      access: may('respond'),
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
      const context = contextOf(request)
      return context.watch.incidents.acknowledge(await found(context, request.params.number), {
        by: name,
        ...request.body,
      })
    },
  )
  app.post(
    '/incidents/:number/resolve',
    {
      access: may('respond'),
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
      const context = contextOf(request)
      return context.watch.incidents.resolve(await found(context, request.params.number), { by: name, ...request.body })
    },
  )
}

function timelineRoutes(app: Api, contextOf: ContextOf): void {
  app.post(
    '/incidents/:number/notes',
    {
      access: may('respond'),
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
      const context = contextOf(request)
      const incident = await found(context, request.params.number)
      const { text } = request.body
      return reply.status(201).send(await context.watch.incidents.note(incident, { by: name, text }))
    },
  )
  app.post(
    '/incidents/:number/steps',
    {
      access: may('respond'),
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
      const context = contextOf(request)
      return context.watch.incidents.tick(await found(context, request.params.number), { by: name, ...request.body })
    },
  )
}

async function found({ store, stored }: ProjectContext, number: number): Promise<Incident> {
  const incident = await store.incidents.get(stored.name, number)
  if (incident) return incident
  throw new GantryError('NOT_FOUND', `no incident ${number}`)
}

export function runbookRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/runbooks',
    {
      access: may('look'),
      schema: {
        tags: ['runbooks'],
        summary: 'Runbooks of the newest commit of main',
        response: { 200: z.object({ runbooks: z.array(Runbook) }) },
      },
    },
    async request => ({ runbooks: await contextOf(request).project.runbooks() }),
  )
  app.get(
    '/runbooks/:slug',
    {
      access: may('look'),
      schema: {
        tags: ['runbooks'],
        summary: 'A runbook',
        params: z.object({ slug: z.string() }),
        response: { 200: Runbook },
      },
    },
    async request => {
      const { slug: asked } = request.params
      const runbook = (await contextOf(request).project.runbooks()).find(({ slug }) => slug === asked)
      if (runbook) return runbook
      throw new GantryError('NOT_FOUND', `no runbook ${asked}`)
    },
  )
}

async function incidentView(incident: Incident, { project, store }: ProjectContext): Promise<IncidentView> {
  const { project: name, number } = incident
  const [entries, notices, deployments, books] = await Promise.all([
    store.incidents.entries(name, number),
    store.outbox.forIncident(name, number),
    store.deployments.list(name, { environment: incident.environment, limit: 20 }),
    project.runbooks(),
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
