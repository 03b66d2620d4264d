import {
  type ImportCursor,
  type ImportedIssue,
  type ImportOrigin,
  ImportOutcomes,
  KnownImports,
} from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { one } from '../api/read.ts'
import { clientEventFromApi, clientEventOf } from '../sentry/client-event.ts'
import { momentOf } from '../sentry/moment-of.ts'
import type { SentryIssue, SentryIssues } from '../sentry/sentry-issues.ts'
import { bytesOf, fitEvent } from './fit-event.ts'
import { importedIssue } from './imported-issue.ts'

export interface IssueCounts {
  /** That were listed. */
  seen: number
  new: number
  joined: number
  known: number
  /** Last seen before the time that was asked for. */
  old: number
  /** Of these no event was left: nothing that comes will land in them. */
  withoutEvent: number
  /** What made no sense. */
  unread: number
}

export const noIssues = (): IssueCounts => ({
  ...{ seen: 0, new: 0, joined: 0, known: 0, old: 0, withoutEvent: 0, unread: 0 },
})

export interface Bringing {
  api: Api
  there: SentryIssues
  origin: ImportOrigin
  since: string | null
  now(): Date
}

/** Read at once: as many requests as Sentry lets one client make without being asked to wait. */
const atOnce = 4
/** Of a hundred that are listed: so many are read, sent and forgotten before the next. */
const inBatch = 20
const mostBytes = 8 * 1024 * 1024

/** One page of a project's issues, without those that are known or old. */
export async function pageOf(project: string, cursor: string, counts: IssueCounts, bringing: Bringing) {
  const { there, api, origin, since } = bringing
  const { issues, unread, next } = await there.page(project, cursor)
  counts.seen += issues.length
  counts.unread += unread
  const young = issues.filter(issue => since === null || (momentOf(issue.lastSeen) ?? since) >= since)
  counts.old += issues.length - young.length
  const sourceIds = young.map(({ id }) => id)
  const { known } =
    sourceIds.length === 0 ? { known: [] } : await api.post('/imports/known', { origin, sourceIds }, one(KnownImports))
  counts.known += known.length
  return { fresh: young.filter(({ id }) => !known.includes(id)), next: next === cursor ? null : next }
}

/** Brings what a page has. The last batch says where the next one goes on. */
export async function bringPage(
  fresh: readonly SentryIssue[],
  to: { importId: string; holder: string; cursor: ImportCursor; project: string; service: string | null },
  counts: IssueCounts,
  bringing: Bringing,
): Promise<void> {
  const batches = Math.max(1, Math.ceil(fresh.length / inBatch))
  for (let batch = 0; batch < batches; batch++) {
    const asked = fresh.slice(batch * inBatch, (batch + 1) * inBatch)
    const issues = await eachOf(asked, issue => whole(issue, to.project, to.service, bringing))
    const parcels = parcelsOf(issues)
    for (const [index, parcel] of parcels.entries()) {
      const isLast = batch === batches - 1 && index === parcels.length - 1
      const body = { holder: to.holder, cursor: isLast ? to.cursor : null, issues: parcel }
      const { issues: brought } = await bringing.api.post(`/imports/${to.importId}/issues`, body, one(ImportOutcomes))
      for (const { became, reports } of brought) {
        counts[became]++
        if (became !== 'known' && reports === 0) counts.withoutEvent++
      }
    }
  }
}

/** As much as the server takes in one body; none is larger by itself. One that is empty says how far it is. */
function parcelsOf(issues: readonly ImportedIssue[]): ImportedIssue[][] {
  const parcels: ImportedIssue[][] = [[]]
  let bytes = 0
  for (const issue of issues) {
    const own = bytesOf(issue) ?? 0
    if (bytes + own > mostBytes) parcels.push([])
    bytes = bytes + own > mostBytes ? own : bytes + own
    parcels.at(-1)?.push(issue)
  }
  return parcels
}

/** With its events, and what was said and done there. */
async function whole(
  issue: SentryIssue,
  project: string,
  service: string | null,
  { there, now }: Bringing,
): Promise<ImportedIssue> {
  const isTold = issue.numComments > 0 || issue.status === 'resolved' || issue.substatus === 'regressed'
  const activity = isTold ? await there.activity(issue) : []
  return importedIssue({ issue, activity, reports: await reportsOf(issue, project, there), service, now: now() })
}

/** The newest event as its client sent it, and the first: of both the faults are known again. */
async function reportsOf(issue: SentryIssue, project: string, there: SentryIssues): Promise<Record<string, unknown>[]> {
  const latest = await there.event(issue, 'latest')
  if (latest === null) return []
  const id = String(latest['eventID'] ?? '')
  const json = await there.asSent(project, id)
  const newest = json ? clientEventOf(json) : clientEventFromApi(latest)
  const oldest = issue.count > 1 ? await there.event(issue, 'oldest') : null
  const isOther = oldest !== null && oldest['eventID'] !== latest['eventID']
  // A fingerprint is told of the newest alone, and all events of an issue have it.
  const first = isOther ? { ...clientEventFromApi(oldest), fingerprint: newest['fingerprint'] } : null
  const told: Record<string, unknown>[] = first === null ? [newest] : [newest, first]
  return told.map(fitEvent).filter(event => event !== null)
}

/** In order, a few at once. */
async function eachOf<T, U>(all: readonly T[], act: (one: T) => Promise<U>): Promise<U[]> {
  const done: U[] = []
  for (let from = 0; from < all.length; from += atOnce)
    done.push(...(await Promise.all(all.slice(from, from + atOnce).map(act))))
  return done
}
