import * as z from 'zod'
import { readAnswer, type SentryHttp, statusOf } from './sentry-http.ts'

const text = z.string().nullish().catch(null)
const whole = z.coerce.number().int().min(0).catch(0)
const loose = z.record(z.string(), z.unknown())

/** Source: https://docs.sentry.io/api/organizations/list-an-organizations-projects/ */
const Project = z.object({ slug: z.string() })

/** Source: https://docs.sentry.io/api/events/list-an-organizations-issues/ ; GlitchTip tells of fewer fields. */
export const SentryIssue = z.object({
  id: z.coerce.string().regex(/^[\w-]{1,64}$/),
  shortId: text,
  permalink: text,
  title: text,
  culprit: text,
  level: text,
  status: text,
  substatus: text,
  statusDetails: loose.catch({}),
  count: whole,
  userCount: whole,
  numComments: whole,
  firstSeen: text,
  lastSeen: text,
  assignedTo: z.object({ type: text, name: text, email: text }).nullish().catch(null),
  lifetime: z.object({ count: whole, userCount: whole, firstSeen: text, lastSeen: text }).nullish().catch(null),
})
export type SentryIssue = z.output<typeof SentryIssue>

const Activity = z.object({
  type: text,
  dateCreated: text,
  data: loose.nullish().catch(null),
  user: z.object({ name: text, email: text }).nullish().catch(null),
})
export type Activity = z.output<typeof Activity>
/** Source: https://docs.sentry.io/api/events/retrieve-an-issue/ */
const Details = z.object({ activity: z.array(Activity.nullable().catch(null)).catch([]) })

export interface SentryIssues {
  projects(): Promise<string[]>
  /** By when they were first seen, the newest first: an order that nothing changes while it is read. */
  page(project: string, cursor: string): Promise<{ issues: SentryIssue[]; unread: number; next: string | null }>
  /** What was done with it, as far as it is told. */
  activity(issue: SentryIssue): Promise<Activity[]>
  /** In the shape of the API; null: none is left. */
  event(issue: SentryIssue, which: 'latest' | 'oldest'): Promise<Record<string, unknown> | null>
  /** As its client sent it; null: it is not told, as with GlitchTip. */
  asSent(project: string, eventId: string): Promise<Record<string, unknown> | null>
}

/** Asked in vain that often, it is asked no more. */
const mostInVain = 3

export function sentryIssues({ ask }: SentryHttp, org: string): SentryIssues {
  const ofOrg = `/api/0/organizations/${encodeURIComponent(org)}`
  const ofIssue = issuePaths(ask, ofOrg)
  const sort = sorting()
  let inVain = 0
  return {
    async projects() {
      const slugs: string[] = []
      for await (const body of pages(ask, `${ofOrg}/projects/`))
        slugs.push(...readAnswer(z.array(Project), body, `${ofOrg}/projects/`).map(({ slug }) => slug))
      return slugs
    },
    async page(project, cursor) {
      const path = `/api/0/projects/${encodeURIComponent(org)}/${encodeURIComponent(project)}/issues/`
      // Left out, only those that are not resolved are told.
      const asked = `query=&limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
      const { body, next } = await sort.ask(by => ask(`${path}?${asked}&sort=${by}`))
      const all = readAnswer(z.array(z.unknown()), body, path).map(one => SentryIssue.safeParse(one).data)
      const issues = all.filter(issue => issue !== undefined)
      return { issues, unread: all.length - issues.length, next }
    },
    async activity(issue) {
      const details = await ofIssue(issue.id, '')
      const told = (Details.safeParse(details).data?.activity ?? []).filter(one => one !== null)
      if (issue.numComments === 0 || told.some(({ type }) => type === 'note')) return told
      const comments = await ofIssue(issue.id, 'comments/')
      const notes = z.array(Activity.nullable().catch(null)).catch([]).parse(comments)
      return [...told, ...notes.flatMap(note => (note ? [{ ...note, type: 'note' }] : []))]
    },
    event: async (issue, which) => loose.safeParse(await ofIssue(issue.id, `events/${which}/`)).data ?? null,
    async asSent(project, eventId) {
      if (inVain >= mostInVain || !/^[0-9a-f-]{32,36}$/i.test(eventId)) return null
      const path = `/api/0/projects/${encodeURIComponent(org)}/${encodeURIComponent(project)}/events/${eventId}/json/`
      const found = loose.safeParse(await orNull(ask(path))).data ?? null
      inVain = found ? 0 : inVain + 1
      return found
    },
  }
}

async function* pages(ask: SentryHttp['ask'], path: string): AsyncGenerator<unknown> {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body, next } = await ask(`${path}${cursor && `?cursor=${encodeURIComponent(cursor)}`}`)
    yield body
    // A list that goes on where it began would never end.
    cursor = next === cursor ? null : next
  }
}

/** Sentry calls the order by first sight `new`, GlitchTip `-first_seen`: one refuses what the other calls it. */
function sorting() {
  let order: 'new' | '-first_seen' = 'new'
  return {
    async ask<T>(asked: (by: string) => Promise<T>): Promise<T> {
      try {
        return await asked(order)
      } catch (cause) {
        if (order !== 'new' || ![400, 422].includes(Number(statusOf(cause)))) throw cause
        const answer = await asked('-first_seen')
        order = '-first_seen'
        return answer
      }
    },
  }
}

/** Newer servers know an issue below its organization, older ones and GlitchTip by itself. Null: there is none, or no more. */
function issuePaths(ask: SentryHttp['ask'], ofOrg: string) {
  let below: string[] = [ofOrg, '/api/0']
  return async (id: string, rest: string): Promise<unknown> => {
    for (const base of below) {
      const found = await orNull(ask(`${base}/issues/${encodeURIComponent(id)}/${rest}`))
      if (found === null) continue
      below = [base, ...below.filter(other => other !== base)]
      return found
    }
    return null
  }
}

/** What is not there, or not by that name, is no failure. */
async function orNull(asked: ReturnType<SentryHttp['ask']>): Promise<unknown> {
  try {
    return (await asked).body
  } catch (cause) {
    if ([400, 404, 405, 422].includes(Number(statusOf(cause)))) return null
    throw cause
  }
}
