import {
  type Alert,
  type AlertChange,
  alertKey,
  type Deployment,
  decideDown,
  decideErrorRate,
  isOddity,
  type RuleSubject,
  type Store,
  suspectedRelease,
  type Traffic,
} from '@gantry/core'
import { type AlertConfig, type Config, durationMs } from '@gantry/core/config'
import type { IncidentDesk } from './incident-desk.ts'

/** What is usual is measured over this time, ended by the window a rule looks at. */
const usualMs = 24 * 3_600_000

export interface AlertWatchParts {
  store: Pick<Store, 'alerts' | 'monitors' | 'deployments'>
  incidents: Pick<IncidentDesk, 'show' | 'alertEnded'>
  now(): Date
  newId(): string
  onError(cause: unknown, what: string): void
}

/**
 * Judges every rule of the config once, and lets what began or ended to fire change its incident. A rule that cannot be
 * judged is reported, and keeps none of the others from being judged.
 */
export async function watchAlerts(project: string, config: Config, parts: AlertWatchParts): Promise<void> {
  const open = await parts.store.alerts.open(project)
  const guarded = (what: string, work: () => Promise<void>) => work().catch(cause => parts.onError(cause, what))
  for (const alert of open) {
    const why = whyWithdrawn(alert, config)
    if (why !== null) await guarded(`alert ${alert.rule} could not be withdrawn`, () => withdraw(alert, why, parts))
  }
  for (const [name, rule] of Object.entries(config.alerts)) {
    for (const environment of rule.environments) {
      const what = `rule ${name} could not be judged in ${environment}`
      await guarded(what, () => watchRule(rule, { name, project, environment }, { config, open, parts, guarded }))
    }
  }
}

interface Round {
  config: Config
  open: Alert[]
  parts: AlertWatchParts
  guarded(what: string, work: () => Promise<void>): Promise<void>
}

async function watchRule(
  rule: AlertConfig,
  about: Omit<Subject, 'now'>,
  { config, open, parts, guarded }: Round,
): Promise<void> {
  const subject = { ...about, now: parts.now().toISOString() }
  const live = await parts.store.deployments.live(subject.project, subject.environment)
  const changes =
    rule.rule === 'errorRate'
      ? await errorRates(rule, subject, open, live, parts)
      : await downs(rule, subject, open, live, parts)
  const watchedMs = durationMs(config.environments[subject.environment]?.verdict.within ?? '0s')
  for (const change of changes) {
    const what = `alert ${change.alert.key} could not be told`
    await guarded(what, () => carryOut(change, suspectedRelease(change.alert.since, live, watchedMs), parts))
  }
}

/** Why nothing judges an open alert any more; null while its rule stands. Oddities of CI have rules of their own. */
function whyWithdrawn(alert: Alert, { alerts, monitors }: Config): string | null {
  const { rule: name, environment, service } = alert
  if (isOddity(alert)) return null
  const rule = alerts[name]
  if (!rule) return 'the rule was taken out of the config'
  if (!rule.environments.includes(environment)) return `the rule no longer holds in ${environment}`
  if (rule.rule === 'errorRate' || (monitors[rule.monitor]?.service ?? null) === service) return null
  return `the rule watches the monitor ${rule.monitor} now`
}

async function withdraw(alert: Alert, why: string, { store, incidents, now }: AlertWatchParts): Promise<void> {
  if (alert.firedAt) await incidents.alertEnded({ kind: 'alert-withdrawn', alert, why })
  await store.alerts.save({ ...alert, state: 'resolved', resolvedAt: now().toISOString() })
}

type Subject = Omit<RuleSubject, 'newId' | 'open'>

async function errorRates(
  rule: Extract<AlertConfig, { rule: 'errorRate' }>,
  subject: Subject,
  open: Alert[],
  live: Deployment | null,
  parts: AlertWatchParts,
): Promise<AlertChange[]> {
  const { project, environment } = subject
  const to = parts.now().getTime() + 1_000
  const from = to - durationMs(rule.over)
  const iso = (ms: number) => new Date(ms).toISOString()
  const [current, usual] = await Promise.all([
    parts.store.alerts.traffic(project, {
      environment,
      from: iso(from),
      to: iso(to),
      ...(live && { release: live.release }),
    }),
    parts.store.alerts.traffic(project, { environment, from: iso(from - usualMs), to: iso(from) }),
  ])
  const services = new Set([...current.map(({ service }) => service), ...openServices(open, subject)])
  return [...services].flatMap(service => {
    const facts = {
      service,
      release: live?.release ?? null,
      current: total(current, service),
      usual: total(usual, service),
    }
    return decideErrorRate(rule, facts, about(subject, service, open, parts)) ?? []
  })
}

async function downs(
  rule: Extract<AlertConfig, { rule: 'down' }>,
  subject: Subject,
  open: Alert[],
  live: Deployment | null,
  parts: AlertWatchParts,
): Promise<AlertChange[]> {
  const monitors = await parts.store.monitors.list(subject.project)
  const watched = monitors.filter(
    ({ name, environment }) => name === rule.monitor && environment === subject.environment,
  )
  return watched.flatMap(
    monitor => decideDown(rule, monitor, live?.release ?? null, about(subject, monitor.service, open, parts)) ?? [],
  )
}

function about(subject: Subject, service: string | null, open: Alert[], { newId }: AlertWatchParts): RuleSubject {
  const key = alertKey(subject.name, subject.environment, service)
  return { ...subject, newId: newId(), open: open.find(alert => alert.key === key) ?? null }
}

const openServices = (open: Alert[], { name, environment }: Subject): string[] =>
  open.filter(alert => alert.rule === name && alert.environment === environment).flatMap(({ service }) => service ?? [])

function total(rows: Traffic[], service: string): Omit<Traffic, 'service' | 'release'> {
  const own = rows.filter(row => row.service === service)
  const sum = (pick: (row: Traffic) => number) => own.reduce((all, row) => all + pick(row), 0)
  return { requests: sum(row => row.requests), failures: sum(row => row.failures), errors: sum(row => row.errors) }
}

async function carryOut(
  { alert, changed }: AlertChange,
  suspect: string | null,
  { store, incidents }: AlertWatchParts,
): Promise<void> {
  if (changed === 'firing') {
    const { number } = await incidents.show({ kind: 'alert-firing', alert, suspect })
    return store.alerts.save({ ...alert, incident: number })
  }
  if (changed === 'resolved' && alert.firedAt) await incidents.alertEnded({ kind: 'alert-resolved', alert })
  await store.alerts.save(alert)
}
