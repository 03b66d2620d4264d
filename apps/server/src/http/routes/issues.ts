import {
  eventsCompared,
  Issue,
  IssueState,
  type IssueStore,
  isGoingUp,
  mostIssuesCounted,
  readIssueQuery,
} from '@gantry/core'
import { IssueEvents, IssueSpread, IssueView, SpreadRange } from '@gantry/core/api'
import * as z from 'zod'
import { may } from '../../access/route-access.ts'
import { issueSpread } from '../../issue/issue-spread.ts'
import type { ContextOf } from '../context-of.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'
import { foundIssue, issueActRoutes } from './issue-acts.ts'

const one = z.object({ number: z.coerce.number().int() })

export function issueRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/issues',
    {
      access: may('look'),
      schema: {
        tags: ['issues'],
        summary: 'Issues, last seen first',
        querystring: z.object({
          state: IssueState.optional(),
          query: z
            .string()
            .max(4_000)
            .optional()
            .describe('`is:unresolved release:… user:… assigned:me tag:value "phrase" -level:warning`'),
          environment: z.string().optional(),
          release: z.string().optional(),
          limit: z.coerce.number().int().min(1).max(10_000).default(100),
          offset: z.coerce.number().int().min(0).default(0),
        }),
        response: {
          200: z.object({
            issues: z.array(Issue),
            total: z
              .int()
              .describe(`how many match; ${mostIssuesCounted + 1} where there are more than ${mostIssuesCounted}`),
          }),
        },
      },
    },
    request => {
      const { store, stored, now } = contextOf(request)
      const { query, ...rest } = request.query
      const caller = callerIn(request)
      const me = caller.kind === 'person' ? caller.person.id : null
      const term = query ? readIssueQuery(query, { now: now().toISOString(), me }) : null
      return store.issues.list(stored.name, { ...given(rest), ...(term && { term }) })
    },
  )
  goingUpRoute(app, contextOf)
  oneIssueRoutes(app, contextOf)
  issueActRoutes(app, contextOf)
}

const weekMs = 7 * 86_400_000

function goingUpRoute(app: Api, contextOf: ContextOf): void {
  app.get(
    '/issues/going-up',
    {
      access: may('look'),
      schema: {
        ...{ tags: ['issues'], summary: 'Which of these issues happen much more often than they did' },
        querystring: z.object({
          issues: z
            .string()
            .regex(/^\d{1,15}(,\d{1,15}){0,99}$/)
            .describe('their numbers, a hundred at most: `12,13`'),
        }),
        response: { 200: z.object({ issues: z.array(z.int()).describe('the numbers of those that do') }) },
      },
    },
    async request => {
      const { store, stored, now } = contextOf(request)
      const at = now().toISOString()
      const window = { since: new Date(now().getTime() - weekMs).toISOString(), limit: eventsCompared }
      const times = await store.issues.newestTimes(stored.name, request.query.issues.split(',').map(Number), window)
      return { issues: [...times].flatMap(([number, newest]) => (isGoingUp(newest, at) ? [number] : [])) }
    },
  )
}

function oneIssueRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/issues/:number',
    {
      access: may('look'),
      schema: { tags: ['issues'], summary: 'An issue', params: one, response: { 200: IssueView } },
    },
    async request => {
      const context = contextOf(request)
      const { store, stored } = context
      const issue = await foundIssue(context, request.params.number)
      return { ...issue, tags: await tagsOf(store.issues, stored.name, issue.id) }
    },
  )

  app.get(
    '/issues/:number/spread',
    {
      access: may('look'),
      schema: {
        tags: ['issues'],
        summary: 'How its events spread over time, releases and environments',
        params: one,
        querystring: z.object({ range: SpreadRange.default('24h') }),
        response: { 200: IssueSpread },
      },
    },
    async request => {
      const context = contextOf(request)
      return issueSpread(await foundIssue(context, request.params.number), request.query.range, context)
    },
  )

  app.get(
    '/issues/:number/events',
    {
      access: may('look'),
      schema: {
        tags: ['issues'],
        summary: 'Its events, newest first',
        params: one,
        querystring: z.object({
          limit: z.coerce.number().int().min(1).max(100).default(1),
          offset: z.coerce.number().int().min(0).default(0),
        }),
        response: { 200: IssueEvents },
      },
    },
    async request => {
      const context = contextOf(request)
      const { id } = await foundIssue(context, request.params.number)
      const { events, total } = await context.store.issues.events(context.stored.name, id, request.query)
      return { events: await Promise.all(events.map(context.located)), total }
    },
  )
}

/** The most frequent values of each tag among the newest hundred events. */
async function tagsOf(issues: IssueStore, project: string, issueId: string): Promise<IssueView['tags']> {
  const { events } = await issues.events(project, issueId, { limit: 100, offset: 0 })
  const names = new Map<string, Map<string, number>>()
  for (const event of events) {
    const { environment, release, service, user: person } = event
    const tags = { environment, release, service, person, ...event.tags }
    for (const [name, value] of Object.entries(tags)) {
      if (value === null) continue
      const values = names.get(name) ?? new Map<string, number>()
      names.set(name, values.set(value, (values.get(value) ?? 0) + 1))
    }
  }
  return [...names].map(([name, values]) => ({
    name,
    of: [...values.values()].reduce((sum, count) => sum + count, 0),
    values: [...values]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count)
      .slice(0, 10),
  }))
}

/** Without the fields that were left out. */
const given = <T extends object>(query: T) =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
