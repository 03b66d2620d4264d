import {
  type Alert,
  type AlertChange,
  alertKey,
  decideDown,
  decideErrorRate,
  incidentKey,
  type RuleSubject,
  type Store,
  type Traffic,
} from '@gantry/core'
import { type AlertConfig, type Config, durationMs } from '@gantry/core/config'
import type { IncidentDesk } from './incident-desk.ts'

/** What is usual is measured over this time, ended by the window a rule looks at. */
const usualMs = 24 * 3_600_000

export interface AlertWatchParts {
  store: Pick<Store, 'alerts' | 'monitors' | 'deployments'>
  incidents: IncidentDesk
  now(): Date
  newId(): string
}

/** Judges every rule of the config once, and lets what began or ended to fire change its incident. */
export async function watchAlerts(project: string, config: Config, parts: AlertWatchParts): Promise<void> {
  const open = await parts.store.alerts.open(project)
  for (const [name, rule] of Object.entries(config.alerts)) {
    for (const environment of rule.environments) {
      const subject = { name, project, environment, now: parts.now().toISOString() }
      const changes =
        rule.rule === 'errorRate'
          ? await errorRates(rule, subject, open, parts)
          : await downs(rule, subject, open, parts)
      for (const change of changes) await carryOut(change, parts)
    }
  }
}

type Subject = Omit<RuleSubject, 'newId' | 'open'>

async function errorRates(
  rule: Extract<AlertConfig, { rule: 'errorRate' }>,
  subject: Subject,
  open: Alert[],
  parts: AlertWatchParts,
): Promise<AlertChange[]> {
  const { project, environment } = subject
  const to = parts.now().getTime() + 1_000
  const from = to - durationMs(rule.over)
  const iso = (ms: number) => new Date(ms).toISOString()
  const live = await parts.store.deployments.live(project, environment)
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
  parts: AlertWatchParts,
): Promise<AlertChange[]> {
  const monitors = await parts.store.monitors.list(subject.project)
  const watched = monitors.filter(
    ({ name, environment }) => name === rule.monitor && environment === subject.environment,
  )
  const live = await parts.store.deployments.live(subject.project, subject.environment)
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

async function carryOut({ alert, changed }: AlertChange, { store, incidents }: AlertWatchParts): Promise<void> {
  const key = incidentKey(alert.environment)
  if (changed === 'firing') {
    const incident = await incidents.happened({ kind: 'alert-firing', alert }, key)
    return store.alerts.save({ ...alert, incident: incident?.number ?? null })
  }
  await store.alerts.save(alert)
  if (changed === 'resolved' && alert.firedAt) await incidents.happened({ kind: 'alert-resolved', alert }, key)
}
