import * as z from 'zod'
import { msBetween } from '../duration/instant.ts'
import { anomalyOf, type OddFrom, oddFromDefault } from './anomaly.ts'
import { Flake, flakesOf } from './flakes.ts'
import { Percentiles, percentilesOf, share } from './percentiles.ts'
import { durationOf, isDecided } from './run-duration.ts'
import type { JobFact, RunFact } from './run-fact.ts'

/** Figures of one workflow, job or runner over the time asked for. */
export const Figures = z.object({
  name: z.string(),
  count: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  successRate: z.number().nullable().describe('of those that succeeded or failed; null without any'),
  durationMs: Percentiles.nullable().describe('from start to end, of those that succeeded or failed'),
  queueMs: Percentiles.nullable().describe('from when it could have started until it did'),
})
export type Figures = z.output<typeof Figures>

export const WorkflowFigures = Figures.extend({
  source: z.enum(['gantry', 'github']).describe('which runner: their durations do not compare'),
  trend: z
    .number()
    .nullable()
    .describe('median duration of the newer half over that of the older; above 1 it became slower; null with few runs'),
  overBudget: z.int().describe('runs that took longer than the budget'),
  anomaly: z.string().nullable().describe('what is odd about it now, in words; null when nothing is'),
  jobs: z.array(Figures),
})
export type WorkflowFigures = z.output<typeof WorkflowFigures>

export const CiMetrics = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  budgetMs: z.int(),
  workflows: z.array(WorkflowFigures).describe('most often run first'),
  runners: z.array(Figures),
  flakes: z.array(Flake).describe('most costly first'),
})
export type CiMetrics = z.output<typeof CiMetrics>

/** The promise every pull request is held to. */
export const defaultBudgetMs = 600_000

/** @param facts completed between `from` and `to`, in any order */
export function ciMetrics(
  facts: readonly RunFact[],
  {
    from,
    to,
    budgetMs = defaultBudgetMs,
    odd = oddFromDefault,
  }: { from: string; to: string; budgetMs?: number; odd?: OddFrom },
): CiMetrics {
  const runs = facts
    .filter(({ completedAt }) => completedAt >= from && completedAt <= to)
    .toSorted((a, b) => (a.completedAt < b.completedAt ? -1 : 1))
  const jobs = runs.flatMap(run => run.jobs)
  return {
    from,
    to,
    budgetMs,
    workflows: [...Map.groupBy(runs, run => `${run.workflow}\n${run.source}`).values()]
      .flatMap(own => workflowFigures(own, budgetMs, odd))
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
    runners: [...Map.groupBy(jobs, job => job.runner)].map(([name, own]) => jobFigures(name, own)),
    flakes: flakesOf(runs),
  }
}

function workflowFigures(runs: readonly RunFact[], budgetMs: number, odd: OddFrom): WorkflowFigures[] {
  const [first] = runs
  if (!first) return []
  const ended = runs.filter(isDecided)
  const durations = ended.map(durationOf)
  const half = Math.floor(durations.length / 2)
  const medianOf = (some: readonly number[]) => percentilesOf(some)?.p50 ?? null
  const [older, newer] = [medianOf(durations.slice(0, half)), medianOf(durations.slice(half))]
  return [
    {
      ...counted(first.workflow, runs),
      source: first.source,
      durationMs: percentilesOf(durations),
      queueMs: percentilesOf(runs.flatMap(run => firstQueue(run) ?? [])),
      trend: half >= 3 && older && newer !== null ? newer / older : null,
      overBudget: durations.filter(duration => duration > budgetMs).length,
      anomaly: anomalyOf(runs, odd),
      jobs: [
        ...Map.groupBy(
          runs.flatMap(run => run.jobs),
          job => job.name,
        ),
      ].map(([job, own]) => jobFigures(job, own)),
    },
  ]
}

function jobFigures(name: string, jobs: readonly JobFact[]): Figures {
  const ran = jobs.filter(job => job.startedAt !== null && job.conclusion !== 'skipped')
  return {
    ...counted(name, jobs),
    durationMs: percentilesOf(ran.filter(isDecided).flatMap(job => since(job.startedAt, job.completedAt) ?? [])),
    queueMs: percentilesOf(ran.flatMap(job => since(job.queuedAt, job.startedAt) ?? [])),
  }
}

function counted(name: string, all: readonly { conclusion: RunFact['conclusion'] }[]) {
  const count = (conclusion: RunFact['conclusion']) => all.filter(one => one.conclusion === conclusion).length
  const [succeeded, failed] = [count('success'), count('failure')]
  return {
    name,
    count: all.length,
    succeeded,
    failed,
    cancelled: count('cancelled'),
    successRate: share(succeeded, succeeded + failed),
  }
}

/** Until the first of its jobs started. */
export function firstQueue(run: RunFact): number | null {
  const starts = run.jobs.flatMap(job => job.startedAt ?? [])
  const [first] = starts.sort()
  return first === undefined ? null : Math.max(0, msBetween(run.createdAt, first))
}

const since = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : Math.max(0, msBetween(from, to))
