import { Readable } from 'node:stream'
import {
  allOf,
  barMs,
  everyBar,
  GantryError,
  type LineTerm,
  lineInstance,
  mostExportedLines,
  type ServiceLine,
} from '@gantry/core'
import { LogDays, LogFacets, LogPage, LogSurroundings } from '@gantry/core/api'
import * as z from 'zod'
import { itsEnvironment } from '../../access/job-rules.ts'
import { may } from '../../access/route-access.ts'
import type { ContextOf } from '../context-of.ts'
import type { Api } from '../route.ts'
import { csvOf, everyLine, ndjsonOf } from './log-export.ts'
import { LogPageQuery, LogQuery, searchOf } from './log-search.ts'

const byJobs = () => may('look', itsEnvironment('query', ['deploy', 'rollback']))

export function logRoutes(app: Api, contextOf: ContextOf): void {
  pageRoute(app, contextOf)
  facetRoute(app, contextOf)
  surroundingsRoute(app, contextOf)
  exportRoute(app, contextOf)
  daysRoute(app, contextOf)
}

function pageRoute(app: Api, contextOf: ContextOf): void {
  app.get(
    '/logs',
    {
      access: byJobs(),
      schema: {
        tags: ['logs'],
        summary: 'Lines the services wrote, oldest first',
        querystring: LogPageQuery,
        response: { 200: LogPage },
      },
    },
    async request => {
      const { lines, stored, now } = contextOf(request)
      const { before, after, since, limit, histogram: isCounted } = request.query
      // One instant for both ends: a moment more than a quarter of an hour has bars of twice the length.
      const at = now()
      const range = searchOf(request.query, at)
      const to = range.to ?? at.toISOString()
      const pages = { ...(before && { before }), ...(after !== undefined && { after }), ...(since && { since }) }
      const stepMs = barMs({ from: range.from, to })
      const [page, counted] = await Promise.all([
        lines.search(stored.name, { ...range, ...pages, limit }),
        isCounted === 'true' ? lines.histogram(stored.name, { ...range, to }, stepMs) : null,
      ])
      const histogram = counted ? everyBar(counted.bars, { from: range.from, to }, stepMs) : []
      return { ...page, histogram, barMs: stepMs, countedFrom: counted?.countedFrom ?? null }
    },
  )
}

function facetRoute(app: Api, contextOf: ContextOf): void {
  app.get(
    '/logs/facets',
    {
      access: byJobs(),
      schema: {
        tags: ['logs'],
        summary: 'What the newest of the lines say, and how many say it',
        querystring: LogQuery,
        response: { 200: LogFacets },
      },
    },
    request => {
      const { lines, stored, now } = contextOf(request)
      return lines.facets(stored.name, searchOf(request.query, now()))
    },
  )
}

function surroundingsRoute(app: Api, contextOf: ContextOf): void {
  app.get(
    '/logs/around',
    {
      access: may('look'),
      schema: {
        tags: ['logs'],
        summary: 'A line, and what its service wrote around it',
        querystring: z.object({
          line: z.string().describe('id of the line'),
          count: z.coerce.number().int().min(1).max(500).default(20).describe('how many before it, and behind it'),
          of: z
            .enum(['service', 'instance'])
            .default('service')
            .describe('`instance`: of the same instance of it alone, where its fields say which'),
        }),
        response: { 200: LogSurroundings },
      },
    },
    async request => {
      const { lines, stored } = contextOf(request)
      const { line: id, count: limit, of } = request.query
      const line = await lines.find(stored.name, id)
      if (line === null) throw new GantryError('NOT_FOUND', `no line ${id.slice(0, 60)}, or it is no longer kept`)
      const instance = lineInstance(line.fields)
      const term = neighboursOf(line, of === 'instance' ? instance : null)
      const [before, after] = await Promise.all([
        lines.search(stored.name, { term, limit, before: id }),
        lines.search(stored.name, { term, limit, after: id }),
      ])
      return { line, before: before.lines, after: after.lines, instance }
    },
  )
}

function neighboursOf(
  { service, environment }: ServiceLine,
  instance: { name: string; value: string } | null,
): LineTerm | null {
  return allOf([
    { kind: 'is', name: 'service', value: service },
    { kind: 'is', name: 'environment', value: environment },
    instance && { kind: 'is', ...instance },
  ])
}

function exportRoute(app: Api, contextOf: ContextOf): void {
  app.get(
    '/logs/export',
    {
      access: may('look'),
      schema: {
        tags: ['logs'],
        summary: `All lines of a search as a file, oldest first; the first ${mostExportedLines} where there are more`,
        querystring: LogQuery.extend({ format: z.enum(['ndjson', 'csv']).default('ndjson') }),
      },
    },
    (request, reply) => {
      const { lines, stored, now } = contextOf(request)
      const { format } = request.query
      const found = everyLine(lines, stored.name, { to: now().toISOString(), ...searchOf(request.query, now()) })
      reply.header('content-disposition', `attachment; filename="${stored.name}-logs.${format}"`)
      reply.type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson')
      return reply.send(Readable.from(format === 'csv' ? csvOf(found) : ndjsonOf(found)))
    },
  )
}

function daysRoute(app: Api, contextOf: ContextOf): void {
  app.get(
    '/logs/days',
    {
      access: may('look'),
      schema: { tags: ['logs'], summary: 'How many lines are kept of each day', response: { 200: LogDays } },
    },
    async request => {
      const { lines, stored } = contextOf(request)
      return { days: await lines.kept(stored.name) }
    },
  )
}
