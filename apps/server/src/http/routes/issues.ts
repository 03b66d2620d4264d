import { type ErrorEvent, GantryError, Issue, type IssueStore, type Store } from '@gantry/core'
import { type EventView, IssueEvents, IssueView, ResolveBody } from '@gantry/core/api'
import * as z from 'zod'
import { signedIn } from '../../access/route-access.ts'
import type { LiveHub } from '../../live/live-hub.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'

const trendBuckets = 96
const trendBucketMs = 15 * 60_000

export function issueRoutes(
  app: Api,
  parts: {
    project: string
    store: Pick<Store, 'issues' | 'ledger'>
    live: LiveHub
    /** What an event means in the repository. */
    located(event: ErrorEvent): Promise<EventView>
    now(): Date
  },
): void {
  const { project, store, live } = parts
  const found = async (number: number) => {
    const issue = await store.issues.byNumber(project, number)
    if (issue) return issue
    throw new GantryError('NOT_FOUND', `no issue ${number}`)
  }

  app.get(
    '/api/v1/issues',
    {
      access: signedIn('viewer'),
      schema: {
        tags: ['issues'],
        summary: 'Issues, last seen first',
        querystring: z.object({
          state: z.enum(['open', 'resolved', 'muted']).optional(),
          q: z.string().optional(),
          environment: z.string().optional(),
          release: z.string().optional(),
          limit: z.coerce.number().int().min(1).max(10_000).default(100),
          offset: z.coerce.number().int().min(0).default(0),
        }),
        response: { 200: z.object({ issues: z.array(Issue), total: z.int() }) },
      },
    },
    ({ query: { q, ...rest } }) => store.issues.list(project, { ...given(rest), ...(q && { query: q }) }),
  )

  const one = z.object({ number: z.coerce.number().int() })
  app.get(
    '/api/v1/issues/:number',
    {
      access: signedIn('viewer'),
      schema: { tags: ['issues'], summary: 'An issue', params: one, response: { 200: IssueView } },
    },
    async ({ params }) => {
      const issue = await found(params.number)
      const until = parts.now().toISOString()
      const trend = await store.issues.trend(issue.id, { until, bucketMs: trendBucketMs, buckets: trendBuckets })
      return { ...issue, trend, tags: await tagsOf(store.issues, project, issue.id) }
    },
  )

  app.get(
    '/api/v1/issues/:number/events',
    {
      access: signedIn('viewer'),
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
    async ({ params, query }) => {
      const { events, total } = await store.issues.events(project, (await found(params.number)).id, query)
      return { events: await Promise.all(events.map(parts.located)), total }
    },
  )

  const acts = { resolve: 'resolved', reopen: 'open', mute: 'muted' } as const
  for (const [verb, state] of Object.entries(acts)) {
    app.post(
      `/api/v1/issues/:number/${verb}`,
      {
        access: signedIn('developer'),
        schema: {
          tags: ['issues'],
          summary: `${verb} an issue`,
          params: one,
          body: ResolveBody,
          response: { 200: Issue },
        },
      },
      async request => {
        const { name } = callerIn(request)
        const { reason, version } = request.body
        const issue = await store.issues.setState(project, (await found(request.params.number)).id, state, version)
        const at = parts.now().toISOString()
        await store.ledger.append({
          project,
          at,
          actor: name,
          action: 'issue.changed',
          subject: `issue ${issue.number}`,
          reason: reason ?? null,
          evidence: { state },
        })
        live.tell({ topic: 'issue', key: String(issue.number) })
        live.tell({ topic: 'ledger', key: project })
        return issue
      },
    )
  }
}

/** The most frequent values of each tag among the newest hundred events. */
async function tagsOf(issues: IssueStore, project: string, issueId: string): Promise<IssueView['tags']> {
  const { events } = await issues.events(project, issueId, { limit: 100, offset: 0 })
  const names = new Map<string, Map<string, number>>()
  for (const event of events) {
    const tags = { environment: event.environment, release: event.release, service: event.service, ...event.tags }
    for (const [name, value] of Object.entries(tags)) {
      if (value === null) continue
      const values = names.get(name) ?? new Map<string, number>()
      names.set(name, values.set(value, (values.get(value) ?? 0) + 1))
    }
  }
  return [...names].map(([name, values]) => ({
    name,
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
