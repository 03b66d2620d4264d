import { allOf, checkLineQuery, type LineSearch, type LineTerm, LogLevel } from '@gantry/core'
import * as z from 'zod'

const instant = z.iso.datetime()

/** What a search is asked by: words as people type them, and what a program names one by one. */
export const LogQuery = z.object({
  q: z
    .string()
    .max(4_000)
    .optional()
    .describe('`service:web level:>=warn status:500..599 "card declined" refund* -path:/health (timeout OR reset)`'),
  service: z.string().optional(),
  environment: z.string().optional(),
  release: z.string().optional(),
  level: LogLevel.optional().describe('that level or above'),
  traceId: z.string().optional(),
  from: instant.optional().describe('15 minutes before `to` by default'),
  to: instant.optional(),
})

/** The lines of that, which a page shows a part of. */
export const LogPageQuery = LogQuery.extend({
  before: z.string().optional().describe('lines before that one'),
  after: z.string().optional().describe('the first lines behind that one'),
  since: z
    .string()
    .regex(/^-?\d{1,16}$/)
    .optional()
    .describe('what came in after an answer with this `cursor`'),
  limit: z.coerce.number().int().min(1).max(5_000).default(500),
  histogram: z.enum(['true', 'false']).default('true').describe('`false` leaves the counts out, which costs less'),
})

const lookBackMs = 15 * 60_000

/** `to` is there when it was asked for: lines that come until the answer is made belong to it. */
export function searchOf(query: z.output<typeof LogQuery>, now: Date): LineSearch & { from: string } {
  const end = query.to ?? now.toISOString()
  const from = query.from ?? new Date(Date.parse(end) - lookBackMs).toISOString()
  return { term: termOf(query), from, ...(query.to !== undefined && { to: query.to }) }
}

function termOf({ q, service, environment, release, level, traceId }: z.output<typeof LogQuery>): LineTerm | null {
  const is = (name: string, value: string | undefined): LineTerm | null =>
    value === undefined ? null : { kind: 'is', name, value }
  return allOf([
    is('service', service),
    is('environment', environment),
    is('release', release),
    is('trace', traceId),
    level === undefined ? null : { kind: 'range', name: 'level', least: { value: level, isIncluded: true } },
    q === undefined ? null : checkLineQuery(q),
  ])
}
