import type { AlertConfig } from '../config/config.ts'
import { durationMs } from '../config/duration-field.ts'
import { instantMs } from '../duration/instant.ts'
import type { Monitor } from '../monitor/monitor.ts'
import { percent } from '../words/percent.ts'
import { shortSha } from '../words/short-sha.ts'
import type { Alert } from './alert.ts'
import { type RequestCounts, saidShare, saidWindow, share, signalCounts, type TrafficSignal } from './said-share.ts'

type ErrorRateRule = Extract<AlertConfig, { rule: 'errorRate' }>
type DownRule = Extract<AlertConfig, { rule: 'down' }>

/** What a rule looks at, and what identifies the alert it may open. */
export interface RuleSubject {
  /** Name of the rule in the config. */
  name: string
  project: string
  environment: string
  now: string
  /** Id of an alert opened now. */
  newId: string
  /** The alert of this rule and subject that is not resolved yet. */
  open: Alert | null
}

export type AlertChange = { alert: Alert; changed: 'pending' | 'firing' | 'resolved' }

/** Below this even a large multiple of the usual rate wakes nobody. */
const leastShare = 0.02
/** A firing alert resolves only below this part of its threshold, so that it does not flap around it. */
const resolveBelow = 0.8

/**
 * Fires when one service's share of bad requests in the window is above the rule's threshold: those that failed or
 * those that reported an error, whichever are more. Together they would count most faults twice.
 */
export function decideErrorRate(
  rule: ErrorRateRule,
  facts: {
    service: string
    /** The release these requests went to; null when it is not known. */
    release: string | null
    current: RequestCounts
    usual: RequestCounts
  },
  subject: RuleSubject,
): AlertChange | null {
  const { service, release } = facts
  const signal = worseSignal(facts.current)
  const current = signalCounts(facts.current, signal)
  const threshold = thresholdOf(rule, share(signalCounts(facts.usual, worseSignal(facts.usual))))
  const isEnough = current.trials >= rule.minimumRequests
  const isFiring = subject.open?.state === 'firing'
  const isAbove = isEnough && share(current) > (isFiring ? threshold * resolveBelow : threshold)
  const population = release === null ? service : `${service} on ${shortSha(release)}`
  const window = saidWindow(durationMs(rule.over))
  const summary = `${saidShare(signal, population, current)} in the last ${window}, above ${percent(threshold)}`
  return decide({ isTrue: isAbove, forMs: 0, severity: rule.severity, service, release, summary }, subject)
}

const worseSignal = ({ failures, errors }: RequestCounts): TrafficSignal => (errors > failures ? 'errors' : 'failures')

/** Fires when a monitor has been down for the rule's time. */
export function decideDown(
  rule: DownRule,
  monitor: Monitor,
  release: string | null,
  subject: RuleSubject,
): AlertChange | null {
  // Nothing is known at present: what fires goes on, and nothing begins.
  if (monitor.state === 'unknown' && subject.open?.state === 'firing') return null
  const summary = `${monitor.name} is down: ${monitor.last?.error ?? 'no answer'}`
  const condition = {
    isTrue: monitor.state === 'down',
    forMs: durationMs(rule.for),
    severity: rule.severity,
    service: monitor.service,
    release,
    summary,
  }
  return decide(condition, subject)
}

interface Condition {
  isTrue: boolean
  forMs: number
  severity: Alert['severity']
  service: string | null
  release: string | null
  summary: string
}

function decide(
  condition: Condition,
  { name, project, environment, now, newId, open }: RuleSubject,
): AlertChange | null {
  if (!condition.isTrue) {
    if (!open) return null
    return { alert: { ...open, state: 'resolved', resolvedAt: now }, changed: 'resolved' }
  }
  const { severity, service, release, summary } = condition
  const alert: Alert = open ?? {
    id: newId,
    project,
    rule: name,
    key: alertKey(name, environment, service),
    state: 'pending',
    severity,
    environment,
    service,
    release,
    summary,
    since: now,
    firedAt: null,
    resolvedAt: null,
    incident: null,
  }
  if (alert.state === 'firing') return null
  if (instantMs(now) - instantMs(alert.since) < condition.forMs) return open ? null : { alert, changed: 'pending' }
  return { alert: { ...alert, state: 'firing', firedAt: now, summary }, changed: 'firing' }
}

/** For what a rule fires: rule, environment and service. */
export const alertKey = (rule: string, environment: string, service: string | null): string =>
  [rule, environment, service ?? '*'].join('/')

function thresholdOf(rule: ErrorRateRule, usual: number): number {
  if (typeof rule.above === 'number') return rule.above
  return Math.min(0.95, Math.max(leastShare, usual * Number.parseFloat(rule.above)))
}
