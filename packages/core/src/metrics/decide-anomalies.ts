import type { Alert, AlertState } from '../alert/alert.ts'
import { alertKey } from '../alert/alert-key.ts'
import type { AnomaliesConfig } from '../config/config.ts'
import { durationMs } from '../config/duration-field.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { wayBackLost } from '../deployment/rollback-readiness.ts'
import { exceeded, failing, type OddFrom, oddFrom, seconds } from './anomaly.ts'
import { firstQueue } from './ci-metrics.ts'
import { durationOf, isDecided } from './run-duration.ts'
import type { RunFact } from './run-fact.ts'

export interface AnomalyFacts {
  project: string
  /** Finished runs, oldest first. */
  runs: readonly RunFact[]
  /** Newest first, of any environment. */
  deployments: readonly Deployment[]
  settings: AnomaliesConfig
  /** Alerts that stand, those of other rules included. */
  open: readonly Alert[]
  now: string
}

/** No environment can have this name: theirs are lower-case. */
export const ciPlace = 'CI'

const prefix = 'anomaly/'

/** Whether an alert tells of an oddity of CI or deployments, and not of a rule in `alerts`, whatever that is called. */
export const isOddity = ({ key, rule, environment, service }: Alert): boolean =>
  key.startsWith(prefix) && key !== alertKey(rule, environment, service)
/** After so many runs in a row that took longer, that is what it takes. */
const accustomedAfter = 10

type Kind = AnomaliesConfig['tell'][number]
type Standing = Pick<Alert, 'key' | 'id' | 'rule' | 'environment' | 'release' | 'summary' | 'since'>

/**
 * What began to be odd about CI and deployments, and what is over: one alert for each kind of oddity of each workflow on
 * each runner, and of each environment. It fires once and stands until the newest run is as usual again. While it stands
 * the usual is what was before it, so that the second slow run does not make slow the usual.
 */
export function decideAnomalies(facts: AnomalyFacts): (Alert & { state: Exclude<AlertState, 'pending'> })[] {
  const { project, settings, now } = facts
  // Whether there is a way back is judged by itself.
  const open = facts.open.filter(alert => isOddity(alert) && alert.rule !== wayBackLost)
  const standing = [...runAnomalies(facts, open), ...deploymentAnomalies(facts)]
  const begun = standing.filter(({ key }) => !open.some(alert => alert.key === key))
  const over = open.filter(({ key }) => !standing.some(one => one.key === key))
  return [
    ...begun.map(one => ({
      ...one,
      project,
      state: 'firing' as const,
      severity: settings.severity,
      service: null,
      firedAt: now,
      resolvedAt: null,
      incident: null,
    })),
    ...over.map(alert => ({ ...alert, state: 'resolved' as const, resolvedAt: now })),
  ]
}

function runAnomalies({ runs, settings }: AnomalyFacts, open: readonly Alert[]): Standing[] {
  const groups = Map.groupBy(runs.filter(isDecided), run => `${run.source}/${run.workflow}`)
  return [...groups].flatMap(([workflow, own]) => {
    const keyOf = (kind: Kind) => `${prefix}ci-${kind}/${workflow}`
    const since = (kind: Kind) => open.find(({ key }) => key === keyOf(kind))?.since ?? null
    const odd = (kind: Kind, found: Odd | null): Standing[] => {
      if (!found || !settings.tell.includes(kind)) return []
      const { run, summary } = found
      const rule = `ci-${kind}`
      const id = `${rule}/${run.source}/${run.id}/${run.attempt}`
      const where = run.source === 'github' ? 'GitHub' : 'Gantry'
      const said = `${run.workflow} on ${where}: ${summary}`
      const at = { environment: ciPlace, release: null, since: run.completedAt }
      return [{ id, key: keyOf(kind), rule, summary: said, ...at }]
    }
    const from = oddFrom(settings)
    return [
      ...odd('duration', above(durations(own, isGood), 'took', since('duration'), from)),
      ...odd('queue', above(queues(own), 'waited', since('queue'), from)),
      ...odd('failures', failures(own, from)),
      ...odd(
        'budget',
        overBudget(
          durations(own, () => true),
          durationMs(settings.budget),
        ),
      ),
    ]
  })
}

interface Odd {
  run: RunFact
  summary: string
}
interface Measured {
  run: RunFact
  ms: number
}

const isGood = ({ conclusion }: RunFact): boolean => conclusion === 'success'

/** A run whose jobs were not told of yet took no time, which says nothing. */
const durations = (runs: readonly RunFact[], which: (run: RunFact) => boolean): Measured[] =>
  runs
    .filter(run => which(run) && run.jobs.some(({ startedAt }) => startedAt !== null))
    .map(run => ({ run, ms: durationOf(run) }))

const queues = (runs: readonly RunFact[]): Measured[] =>
  runs.flatMap(run => {
    const ms = firstQueue(run)
    return ms === null ? [] : [{ run, ms }]
  })

function above(all: readonly Measured[], verb: string, since: string | null, from: OddFrom): Odd | null {
  const newest = all.at(-1)
  if (!newest) return null
  const former = all.slice(0, -1)
  const before = since === null ? former : former.filter(({ run }) => run.completedAt < since)
  const isAccustomed = former.length - before.length >= accustomedAfter
  const usual = exceeded(
    newest.ms,
    (isAccustomed ? former : before).map(({ ms }) => ms),
    from,
  )
  if (usual === null) return null
  return { run: newest.run, summary: `${verb} ${seconds(newest.ms)}, usually ${seconds(usual)}` }
}

function failures(runs: readonly RunFact[], from: OddFrom): Odd | null {
  const run = runs.at(-1)
  const summary = failing(runs, from)
  return run && summary !== null ? { run, summary } : null
}

function overBudget(all: readonly Measured[], budgetMs: number): Odd | null {
  const newest = all.at(-1)
  if (!newest || newest.ms <= budgetMs) return null
  return { run: newest.run, summary: `took ${seconds(newest.ms)}, its budget is ${seconds(budgetMs)}` }
}

function deploymentAnomalies({ deployments, settings }: AnomalyFacts): Standing[] {
  if (!settings.tell.includes('deployments')) return []
  const ended = deployments.filter(({ state }) => !['planned', 'deploying', 'verifying'].includes(state))
  return [...Map.groupBy(ended, ({ environment }) => environment)].flatMap(([environment, own]) => {
    const good = own.findIndex(({ state }) => state !== 'failed')
    const failed = good === -1 ? own : own.slice(0, good)
    const [newest] = failed
    if (!newest || failed.length < settings.failedDeployments) return []
    const rule = 'deployment-failures'
    const count = failed.length === 1 ? 'the last deployment' : `the last ${failed.length} deployments`
    return {
      id: `${rule}/${newest.id}`,
      key: `${prefix}${rule}/${environment}`,
      rule,
      environment,
      release: newest.release,
      summary: `${count} to ${environment} failed: ${newest.failure ?? 'no reason given'}`.slice(0, 300),
      since: newest.finishedAt ?? newest.createdAt,
    }
  })
}
