import type { Alert } from '../alert/alert.ts'
import type { RouteConfig } from '../config/config.ts'
import type { Verdict } from '../deployment/deployment.ts'
import type { Notice } from '../notice/notice.ts'
import { shortSha } from '../words/short-sha.ts'
import type { Incident, IncidentEntry, Runbook } from './incident.ts'
import { isWithinQuietPeriod, moveIncident } from './incident-machine.ts'
import type { IncidentChange } from './incident-store.ts'

/** What may open, change or end an incident. */
export type IncidentCause =
  | { kind: 'alert-firing'; alert: Alert }
  | { kind: 'alert-resolved'; alert: Alert }
  | {
      kind: 'verdict-worse'
      project: string
      environment: string
      release: string
      deployment: string
      verdict: Verdict
    }
  | { kind: 'rolled-back'; release: string; to: string; deployment: string; tookMs: number }
  | { kind: 'acknowledge'; by: string; reason: string | null }
  | { kind: 'resolve'; by: string; reason: string | null }

export interface IncidentFacts {
  /** The newest incident with the same key, whatever its state; null when there is none. */
  existing: Incident | null
  /** Number a new one gets. */
  number: number
  now: string
  runbooks: Runbook[]
  routes: RouteConfig[]
  /** Address of this Gantry, without a slash at the end. */
  url: string
}

/** One environment has one incident at a time: what shows in it together is responded to together. */
export const incidentKey = (environment: string): string => `environment/${environment}`

/**
 * What becomes of the incident, with its timeline entries and the notices that go out; null when nothing changes.
 * @throws GantryError ILLEGAL_TRANSITION
 */
export function decideIncident(cause: IncidentCause, facts: IncidentFacts): IncidentChange | null {
  switch (cause.kind) {
    case 'alert-firing':
      return shown(fromAlert(cause.alert), facts)
    case 'verdict-worse':
      return shown(fromVerdict(cause), facts)
    case 'alert-resolved':
      return noted(facts, entry(facts, 'alert-resolved', 'gantry', `alert ${cause.alert.rule} resolved`, null))
    case 'rolled-back':
      return rolledBack(cause, facts)
    case 'acknowledge':
      return decided('acknowledged', cause, facts)
    case 'resolve':
      return decided('resolved', cause, facts)
  }
}

/** What a fault brings along when it shows. */
interface Fault {
  project: string
  environment: string
  service: string | null
  release: string | null
  severity: Incident['severity']
  title: string
  /** Rule names a runbook may be for. */
  rules: string[]
  kind: IncidentEntry['kind']
  text: string
  link: string | null
}

function fromAlert({ project, environment, service, release, severity, rule, summary }: Alert): Fault {
  const title = `${service ?? environment}: ${summary}`
  return {
    project,
    environment,
    service,
    release,
    severity,
    title,
    rules: [rule],
    kind: 'alert',
    text: `alert ${rule} fired: ${summary}`,
    link: '/',
  }
}

function fromVerdict({
  project,
  environment,
  release,
  verdict,
}: Extract<IncidentCause, { kind: 'verdict-worse' }>): Fault {
  const service = verdict.signals.find(({ state }) => state === 'worse')?.service ?? null
  const text = `verdict on ${shortSha(release)}: worse. ${verdict.summary}`
  const title = `${shortSha(release)} is worse: ${verdict.summary}`
  return {
    project,
    environment,
    service,
    release,
    severity: 'critical',
    title,
    rules: ['bad-release', 'verdict'],
    kind: 'verdict',
    text,
    link: `/releases/${release}`,
  }
}

function shown(fault: Fault, facts: IncidentFacts): IncidentChange {
  const { existing, now } = facts
  const happened = entry(facts, fault.kind, 'gantry', fault.text, fault.link)
  if (existing && existing.state !== 'resolved') {
    return { incident: { ...existing, release: existing.release ?? fault.release }, entries: [happened], notices: [] }
  }
  if (existing && isWithinQuietPeriod(existing, now)) {
    const incident = moveIncident(existing, 'open', { actor: 'gantry', now })
    return {
      incident,
      entries: [entry(facts, 'reopened', 'gantry', 'came back within 15 minutes', null), happened],
      notices: noticesOf('reopened', incident, null, facts),
    }
  }
  const incident = opened(fault, facts)
  return {
    incident,
    entries: [entry(facts, 'opened', 'gantry', incident.title, fault.link), happened],
    notices: noticesOf('opened', incident, null, facts),
  }
}

function opened(fault: Fault, { number, now, runbooks }: IncidentFacts): Incident {
  return {
    number,
    project: fault.project,
    key: incidentKey(fault.environment),
    state: 'open',
    severity: fault.severity,
    title: fault.title.slice(0, 300),
    environment: fault.environment,
    service: fault.service,
    release: fault.release,
    runbook: runbookFor(fault.rules, runbooks),
    openedAt: now,
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    resolvedBy: null,
    ticked: [],
    version: 1,
  }
}

function runbookFor(rules: string[], runbooks: Runbook[]): string | null {
  const named = runbooks.find(({ alerts }) => alerts.some(rule => rules.includes(rule)))
  return (named ?? runbooks.find(({ slug }) => rules.includes(slug)))?.slug ?? null
}

function noted({ existing }: IncidentFacts, happened: IncidentChange['entries'][number]): IncidentChange | null {
  if (!existing || existing.state === 'resolved') return null
  return { incident: existing, entries: [happened], notices: [] }
}

function rolledBack(
  cause: Extract<IncidentCause, { kind: 'rolled-back' }>,
  facts: IncidentFacts,
): IncidentChange | null {
  const { existing } = facts
  if (!existing || existing.state === 'resolved') return null
  const text = `rolled back to ${shortSha(cause.to)} in ${(cause.tookMs / 1000).toFixed(1)} s; promotions are held`
  const happened = entry(facts, 'rollback', 'gantry', text, `/releases/${cause.to}`)
  return { incident: existing, entries: [happened], notices: noticesOf('rolled-back', existing, 'gantry', facts) }
}

function decided(
  to: 'acknowledged' | 'resolved',
  { by, reason }: { by: string; reason: string | null },
  facts: IncidentFacts,
): IncidentChange | null {
  const { existing, now } = facts
  if (!existing) return null
  const incident = moveIncident(existing, to, { actor: by, now })
  const text = `${to === 'acknowledged' ? 'acknowledged it' : 'resolved it'}${reason ? `: ${reason}` : ''}`
  return { incident, entries: [entry(facts, to, by, text, null)], notices: noticesOf(to, incident, by, facts) }
}

function entry(
  { now: at }: IncidentFacts,
  kind: IncidentEntry['kind'],
  actor: string,
  text: string,
  link: string | null,
): Omit<IncidentEntry, 'id'> {
  return { at, kind, actor, text, link }
}

function noticesOf(
  kind: Notice['kind'],
  incident: Incident,
  by: string | null,
  { routes, now, url }: IncidentFacts,
): IncidentChange['notices'] {
  const { project, number, severity, title, environment, service, release, runbook } = incident
  const notice: Notice = {
    kind,
    dedupKey: `gantry-${project}-incident-${number}`,
    project,
    severity,
    title,
    environment,
    service,
    release,
    incident: number,
    at: now,
    url: `${url}/incidents/${number}`,
    runbookUrl: runbook ? `${url}/runbooks/${runbook}` : null,
    by,
  }
  return channelsFor(severity, routes).map(channel => ({ channel, notice }))
}

/** The first route for that severity, else the first for any. */
export function channelsFor(severity: Incident['severity'], routes: RouteConfig[]): string[] {
  const route = routes.find(one => one.severity === severity) ?? routes.find(one => one.severity === undefined)
  return route?.to.map(({ name }) => name) ?? []
}
