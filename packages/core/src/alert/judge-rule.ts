import type { AlertConfig } from '../config/config.ts'
import { instantMs } from '../duration/instant.ts'
import type { Alert } from './alert.ts'
import { alertKey } from './alert-key.ts'
import type { AskedFacts, Condition, GivenFacts, RuleDecision, RuleMoment } from './rules/define-rule.ts'
import * as rules from './rules/index.ts'

/** Any of the rules, asked by what a config says. */
interface Rule {
  facts(settings: AlertConfig): Partial<AskedFacts>
  decide(settings: AlertConfig, facts: Partial<GivenFacts>, moment: RuleMoment): RuleDecision
}

/** As a record, because the list is asked by name. */
const byName: Record<AlertConfig['rule'], Rule> = rules
const ruleOf = ({ rule }: AlertConfig): Rule => byName[rule]

/** What the rule has to know before it can be judged. */
export const factsOf = (settings: AlertConfig): Partial<AskedFacts> => ruleOf(settings).facts(settings)

/** What is judged, and what identifies the alerts it may open. */
export interface RuleSubject extends RuleMoment {
  /** Name of the rule in the config. */
  name: string
  project: string
  environment: string
  now: string
  newId(): string
}

export type AlertChange = { alert: Alert; changed: 'pending' | 'firing' | 'resolved' }

export interface RuleJudgement {
  changes: AlertChange[]
  /** Open alerts of what the rule does not watch any more. */
  withdrawn: Alert[]
  /** After how long it has to be judged again though no fact changed; null: not at all. */
  againInMs: number | null
}

/** Judges one rule in one environment by the facts it asked for. */
export function judgeRule(settings: AlertConfig, facts: Partial<GivenFacts>, subject: RuleSubject): RuleJudgement {
  const { conditions, againInMs } = ruleOf(settings).decide(settings, facts, subject)
  const nowMs = instantMs(subject.now)
  const judged = conditions.map(condition => {
    const open = subject.open.find(({ service }) => service === condition.service) ?? null
    const change = changeOf(condition, open, settings, subject)
    const alert = change?.alert ?? open
    return { change, dueInMs: alert?.state === 'pending' ? instantMs(alert.since) + condition.forMs - nowMs : null }
  })
  const soonest = Math.min(
    ...[againInMs, ...judged.map(each => each.dueInMs)].map(ms => ms ?? Number.POSITIVE_INFINITY),
  )
  return {
    changes: judged.flatMap(({ change }) => change ?? []),
    withdrawn: subject.open.filter(({ service }) => !conditions.some(each => each.service === service)),
    againInMs: Number.isFinite(soonest) ? soonest : null,
  }
}

function changeOf(
  { service, isTrue, forMs, summary }: Condition,
  open: Alert | null,
  { severity }: AlertConfig,
  { name, project, environment, release, now, newId }: RuleSubject,
): AlertChange | null {
  if (isTrue === null && open?.state === 'firing') return null
  if (!isTrue) return open && { alert: { ...open, state: 'resolved', resolvedAt: now }, changed: 'resolved' }
  const alert: Alert = open ?? {
    id: newId(),
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
  if (instantMs(now) - instantMs(alert.since) < forMs) return open ? null : { alert, changed: 'pending' }
  return { alert: { ...alert, state: 'firing', firedAt: now, summary }, changed: 'firing' }
}
