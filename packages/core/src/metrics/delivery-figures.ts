import * as z from 'zod'
import { instantMs, instantOf, msBetween } from '../duration/instant.ts'
import type { LedgerRow } from '../ledger/ledger.ts'
import { shortSha } from '../words/short-sha.ts'
import { type DeliveredChange, type DeliveryRecord, deliveryRecord } from './delivery-record.ts'
import { percentilesOf, share } from './percentiles.ts'

/** One row of the ledger that a figure was counted from. */
const FigureSource = z.object({
  at: z.iso.datetime(),
  text: z.string(),
  seq: z.int().describe('of the row in the ledger'),
})
type FigureSource = z.output<typeof FigureSource>

/** A figure, how it is counted, and the rows it was counted from. */
const Figure = z.object({
  value: z.number().nullable().describe('null: there was nothing to count'),
  of: z.int().describe('how many facts it was made of'),
  meaning: z.string().describe('how it is counted'),
  fills: z.string().nullable().describe('of a figure of nothing: what will fill it; else null'),
  sources: z.array(FigureSource).describe('the newest of the rows it was counted from'),
})
export type DeliveryFigure = z.output<typeof Figure>

const FigureSet = z.object({
  deploymentsPerWeek: Figure,
  leadTimeMs: Figure,
  changeFailureShare: Figure,
  timeToRestoreMs: Figure,
  reworkShare: Figure,
})
export type DeliveryFigureSet = z.output<typeof FigureSet>

export const DeliveryFigures = FigureSet.extend({
  environment: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  services: z.array(FigureSet.extend({ service: z.string() })).describe('most often deployed first'),
  days: z
    .array(
      z.object({
        day: z.string(),
        deployments: z.int(),
        rollbacks: z.int(),
        incidents: z.int(),
        seq: z.int().nullable().describe('the newest row of the ledger of that day, of those that are counted'),
      }),
    )
    .describe('oldest first, every day of the time'),
})
export type DeliveryFigures = z.output<typeof DeliveryFigures>

export interface DeliveryFacts {
  environment: string
  from: string
  to: string
  /** Those of `deliveryActs`, oldest first; some before `from` too: whether a change came after one that failed is told by them. */
  rows: readonly LedgerRow[]
}

const sourcesShown = 50
const dayMs = 86_400_000

/**
 * The five figures of delivery of one environment, for all of it and for each service, as DORA counts them:
 * https://dora.dev/guides/dora-metrics/. They are counted from rows of the ledger alone, and name them.
 */
export function deliveryFigures({ environment, from, to, rows }: DeliveryFacts): DeliveryFigures {
  const record = deliveryRecord(rows, environment)
  const services = [...new Set(record.changes.flatMap(change => change.services))].toSorted()
  const span = { environment, from, to }
  const sets = services.map(service => ({ service, ...figureSet(changesOf(service, record.changes), span, service) }))
  return {
    ...span,
    ...figureSet(record.changes, span, null),
    services: sets.toSorted((a, b) => b.deploymentsPerWeek.of - a.deploymentsPerWeek.of),
    days: daysOf(record, span),
  }
}

/** A release moves as one: it failed for every service that it changed. */
const changesOf = (service: string, changes: readonly DeliveredChange[]): DeliveredChange[] =>
  changes.filter(({ services }) => services.includes(service))

type Span = Pick<DeliveryFacts, 'environment' | 'from' | 'to'>

/** @param all every change of it, also those before the span */
function figureSet(all: readonly DeliveredChange[], span: Span, service: string | null): DeliveryFigureSet {
  const { from, to, environment } = span
  const changes = all.filter(({ at }) => at >= from && at <= to)
  const failed = changes.filter(({ failure }) => failure !== null)
  const weeks = msBetween(from, to) / (7 * dayMs)
  const followsFailure = changes.filter(change => all[all.indexOf(change) - 1]?.failure)
  const what = service === null ? 'releases' : `releases that changed ${service} and`
  const nothingLive = `no release ${service === null ? '' : `that changed ${service} `}went live in ${environment} in this time: the next one that does fills it`
  const set = { nothingLive, changes }
  return {
    deploymentsPerWeek: {
      ...{ value: weeks > 0 ? changes.length / weeks : null, of: changes.length },
      meaning: `${what}${service === null ? ' that' : ''} went live in ${environment}, a week; rollbacks are none`,
      fills: changes.length === 0 ? nothingLive : null,
      sources: newest(changes.map(wentLive)),
    },
    leadTimeMs: leadTime(set),
    changeFailureShare: {
      ...{ value: share(failed.length, changes.length), of: changes.length },
      meaning:
        'share of them that was rolled back, or that an incident is laid to; what never went live changed nothing',
      fills: changes.length === 0 ? nothingLive : null,
      sources: newest(failed.flatMap(({ failure }) => (failure ? [sourceOf(failure, failure.since)] : []))),
    },
    timeToRestoreMs: timeToRestore(failed),
    reworkShare: {
      ...{ value: share(followsFailure.length, changes.length), of: changes.length },
      meaning: 'share of them that came next after one that failed',
      fills: changes.length === 0 ? nothingLive : null,
      sources: newest(followsFailure.map(wentLive)),
    },
  }
}

function leadTime({
  changes,
  nothingLive,
}: {
  changes: readonly DeliveredChange[]
  nothingLive: string
}): DeliveryFigure {
  const times = (change: DeliveredChange) => change.commits.map(({ at }) => msBetween(at, change.at))
  const all = changes.flatMap(times)
  return {
    value: percentilesOf(all)?.p50 ?? null,
    of: all.length,
    meaning: 'from when a commit was made until it was live, the median of all commits that went',
    fills:
      all.length > 0
        ? null
        : changes.length === 0
          ? nothingLive
          : 'nobody knows the commits of what went live: the next release whose commits were pushed fills it',
    sources: newest(
      changes.flatMap(change =>
        change.commits.length === 0
          ? []
          : [{ ...wentLive(change), text: `${commitsText(change.commits.length)} in ${shortSha(change.release)}` }],
      ),
    ),
  }
}

const commitsText = (count: number): string => (count === 1 ? '1 commit' : `${count} commits`)

function timeToRestore(failed: readonly DeliveredChange[]): DeliveryFigure {
  const restored = failed.flatMap(({ failure }) => (failure?.until ? [{ ...failure, until: failure.until }] : []))
  return {
    value: percentilesOf(restored.map(({ since, until }) => msBetween(since, until)))?.p50 ?? null,
    of: restored.length,
    meaning:
      'from when its incident opened, or it went live where none did, until the rollback was live or the incident resolved; the median',
    fills:
      restored.length > 0
        ? null
        : failed.length > 0
          ? 'what failed is not over yet: its rollback, or the end of its incident, fills it'
          : 'nothing failed in this time: the first change that does, and is put right, fills it',
    sources: newest(restored.map(failure => sourceOf(failure, failure.until))),
  }
}

function daysOf({ changes, rollbacks, incidents }: DeliveryRecord, { from, to }: Span): DeliveryFigures['days'] {
  const byDay = <T extends { at: string }>(all: readonly T[]) => Map.groupBy(all, ({ at }) => at.slice(0, 10))
  const [live, undone, opened] = [byDay(changes), byDay(rollbacks), byDay(incidents)]
  const days: DeliveryFigures['days'] = []
  const first = Math.floor(instantMs(from) / dayMs)
  for (let day = first; day * dayMs <= instantMs(to); day++) {
    const name = instantOf(day * dayMs).slice(0, 10)
    const [put, back, open] = [live.get(name) ?? [], undone.get(name) ?? [], opened.get(name) ?? []]
    const rows = [...put, ...back, ...open].map(({ seq }) => seq)
    const seq = rows.length === 0 ? null : Math.max(...rows)
    days.push({ day: name, deployments: put.length, rollbacks: back.length, incidents: open.length, seq })
  }
  return days
}

const wentLive = ({ release, at, seq }: DeliveredChange): FigureSource => ({
  ...{ at, seq },
  text: `${shortSha(release)} went live`,
})

const sourceOf = ({ text, seq }: { text: string; seq: number }, at: string): FigureSource => ({ at, text, seq })

const newest = (sources: readonly FigureSource[]): FigureSource[] =>
  sources.toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, sourcesShown)
