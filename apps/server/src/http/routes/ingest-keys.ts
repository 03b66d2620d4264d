import {
  GantryError,
  type IngestKey,
  type IngestKeyStore,
  type IntakeCountStore,
  ingestKeyState,
  type Project,
} from '@gantry/core'
import { IngestKeyLimits, IngestKeyRotation, IngestKeyView, IntakeView, NewIngestKey } from '@gantry/core/api'
import { durationMs } from '@gantry/core/config'
import * as z from 'zod'
import { may } from '../../access/route-access.ts'
import { dsnOf, type IngestKeys } from '../../ingest/ingest-keys.ts'
import type { ContextOf } from '../context-of.ts'
import { personIn } from '../door.ts'
import type { Api } from '../route.ts'

export interface IngestKeyRouteParts {
  contextOf: ContextOf
  store: IngestKeyStore
  ingestKeys: IngestKeys
  counts: IntakeCountStore
  now(): Date
  url(): string
}

const tags = ['ingest']
const one = z.object({ id: z.string() })
const path = '/ingest-keys'

/** What clients report with: listed for those who set clients up, changed by owners. */
export function ingestKeyRoutes(app: Api, parts: IngestKeyRouteParts): void {
  const answer = z.object({ keys: z.array(IngestKeyView) })
  app.get(
    path,
    {
      access: may('ingest'),
      schema: { tags, summary: 'Keys that clients report with', response: { 200: answer } },
    },
    async request => {
      const { name, number } = parts.contextOf(request).stored
      return { keys: (await parts.store.list(name)).map(key => viewOf(key, number, parts)) }
    },
  )
  app.post(
    path,
    {
      access: may('keys'),
      schema: {
        tags,
        summary: 'Make a key',
        body: NewIngestKey,
        response: { 201: IngestKeyView },
      },
    },
    async (request, reply) => {
      const context = parts.contextOf(request)
      const project = await context.project.current()
      const { service } = request.body
      const services = Object.keys(project.config?.services ?? {})
      if (service !== null && !services.includes(service))
        throw new GantryError('NOT_FOUND', `expected a service (${services.join(', ')}), got ${service}`)
      const by = personIn(request).name
      const key = parts.ingestKeys.make({ ...request.body, project: project.name, madeBy: by })
      await parts.store.add(key)
      parts.ingestKeys.changed()
      await context.record({ actor: by, action: 'key.created', subject: nameOf(key), evidence: evidenceOf(key) })
      return reply.status(201).send(viewOf(key, project.number, parts))
    },
  )
  changeRoutes(app, parts)
  intakeRoute(app, parts)
}

function changeRoutes(app: Api, parts: IngestKeyRouteParts): void {
  const access = may('keys')
  const response = { 200: IngestKeyView }
  app.post(
    `${path}/:id/limits`,
    {
      access,
      schema: { tags, summary: 'Change from where, and how much', params: one, body: IngestKeyLimits, response },
    },
    async request => {
      const { project, key } = await standing(request, parts)
      if (!(await parts.store.change(project.name, key.id, request.body))) throw gone(key)
      parts.ingestKeys.changed()
      const changed = { ...key, ...request.body }
      const evidence = { before: evidenceOf(key), after: evidenceOf(changed) }
      await parts
        .contextOf(request)
        .record({ actor: personIn(request).name, action: 'key.changed', subject: nameOf(key), evidence })
      return viewOf(changed, project.number, parts)
    },
  )
  app.post(
    `${path}/:id/rotate`,
    {
      access,
      schema: {
        tags,
        summary: 'Put a new key in its place; the former works until its grace ends',
        params: one,
        body: IngestKeyRotation,
        response,
      },
    },
    async request => {
      const { project, key } = await standing(request, parts)
      const now = parts.now()
      const actor = personIn(request).name
      const next = parts.ingestKeys.make({ ...key, madeBy: actor })
      const worksUntil = new Date(now.getTime() + durationMs(request.body.grace)).toISOString()
      if (!(await parts.store.rotate(project.name, key.id, next, { rotatedAt: now.toISOString(), worksUntil })))
        throw gone(key)
      parts.ingestKeys.changed()
      const evidence = { key: key.id, next: next.id, worksUntil }
      await parts.contextOf(request).record({ actor, action: 'key.rotated', subject: nameOf(key), evidence })
      return viewOf(next, project.number, parts)
    },
  )
  revokeRoute(app, parts)
}

function revokeRoute(app: Api, parts: IngestKeyRouteParts): void {
  const access = may('keys')
  app.post(
    `${path}/:id/revoke`,
    { access, schema: { tags, summary: 'Stop a key at once', params: one, body: z.strictObject({}) } },
    async request => {
      const { project, key } = await standing(request, parts)
      if (!(await parts.store.revoke(project.name, key.id, parts.now().toISOString()))) throw gone(key)
      parts.ingestKeys.changed()
      const evidence = evidenceOf(key)
      await parts
        .contextOf(request)
        .record({ actor: personIn(request).name, action: 'key.revoked', subject: nameOf(key), evidence })
      return {}
    },
  )
}

function intakeRoute(app: Api, { contextOf, store, counts, now }: IngestKeyRouteParts): void {
  const querystring = z.object({ hours: z.coerce.number().int().min(1).max(720).default(24) })
  app.get(
    '/intake',
    {
      access: may('look'),
      schema: {
        tags,
        summary: 'What clients sent, and what became of it',
        querystring,
        response: { 200: IntakeView },
      },
    },
    async request => {
      const { name } = contextOf(request).stored
      const { hours } = request.query
      // Counts are by the hour: the one that began before counts whole.
      const from = new Date((Math.floor(now().getTime() / 3_600_000) - hours) * 3_600_000).toISOString()
      const keys = new Map((await store.list(name)).map(key => [key.id, key]))
      const found = await counts.since(name, from)
      return {
        from,
        counts: found.map(({ project: _, ...count }) => ({
          ...count,
          service: keys.get(count.keyId)?.service ?? null,
        })),
      }
    },
  )
}

async function standing(
  request: Parameters<ContextOf>[0] & { params: z.output<typeof one> },
  { contextOf, store }: IngestKeyRouteParts,
): Promise<{ project: Project; key: IngestKey }> {
  const { id } = request.params
  const project = await contextOf(request).project.current()
  const key = (await store.list(project.name)).find(each => each.id === id)
  if (key) return { project, key }
  throw new GantryError('NOT_FOUND', `no ingest key ${id.slice(0, 80)}`)
}

const gone = (key: IngestKey) => new GantryError('CONFLICT', `the key of ${nameOf(key)} was rotated or revoked already`)

/** `backend (client)`; the key itself is in no ledger. */
const nameOf = ({ service, project, kind }: IngestKey): string => `${service ?? project} (${kind})`

const evidenceOf = ({ id, origins, perMinute }: IngestKey) => ({ key: id, origins, perMinute })

const viewOf = (key: IngestKey, number: number, { now, url }: IngestKeyRouteParts): IngestKeyView => {
  const { project: _, ...rest } = key
  return { ...rest, state: ingestKeyState(key, now().toISOString()), dsn: dsnOf(url(), key, number) }
}
