import * as z from 'zod'
import { type AdapterSettings, defineSettings, type Word } from '../../adapter/adapter.ts'
import { reference } from '../../config/reference.ts'
import type { Monitor } from '../../monitor/monitor.ts'
import { type Alert, Severity } from '../alert.ts'
import type { RequestCounts } from '../said-share.ts'

/** What a rule can ask to know of the environment it is judged in. A rule is judged again when one of these changes. */
export interface AskedFacts {
  /** Requests to each service within a time that ends now; and in that time before it, unless null. */
  traffic: { overMs: number; beforeMs: number | null }
  monitor: { name: string }
}
export type Fact = keyof AskedFacts

/** The same, as it is. */
export interface GivenFacts {
  /** `current` went to the release that is live; `before` to any. */
  traffic: { service: string; current: RequestCounts; before: RequestCounts }[]
  /** Null where nothing of that name is probed. */
  monitor: Monitor | null
}

/** The moment a rule is judged at. */
export interface RuleMoment {
  /** The release that is live; null when none is. */
  release: string | null
  /** Alerts of this rule in this environment that are not resolved. */
  open: readonly Alert[]
}

/** Whether what the rule is about holds for one service, or for what belongs to none. */
export interface Condition {
  service: string | null
  /** Null: it cannot be said at present, so that what fires goes on and nothing begins. */
  isTrue: boolean | null
  /** How long it has to hold before it fires. */
  forMs: number
  /** What an alert says of it. */
  summary: string
}

export interface RuleDecision {
  conditions: Condition[]
  /** When time alone may change the answer: after this long at the latest it is judged again. Null: only facts do. */
  againInMs: number | null
}

/** What a rule does. Pure: facts in, conditions out; waiting, firing and resolving are the same for all rules. */
export interface RuleActs<Settings, Asked extends Fact> {
  facts(settings: Settings): Pick<AskedFacts, Asked>
  decide(settings: Settings, facts: Pick<GivenFacts, Asked>, moment: RuleMoment): RuleDecision
}

/** An alert rule: what it is called and set by, what it has to know, and what it makes of that. */
export const defineRule = <Schema extends z.ZodType, Said extends unknown[], Asked extends Fact>({
  facts,
  decide,
  ...settings
}: Omit<AdapterSettings<Schema, Said>, 'kind'> & RuleActs<z.output<Schema>, Asked>): Word<Schema, Said> &
  RuleActs<z.output<Schema>, Asked> => Object.assign(defineSettings({ kind: 'rule', ...settings }), { facts, decide })

/** The fields that every rule has. */
export const ruleFields = {
  severity: Severity.default('critical').describe('decides who is told'),
  environments: z.array(reference('environment')).default(['production']).describe('where the rule holds'),
}
/** The same, as a word takes them. */
export interface RuleOptions {
  severity?: Severity
  environments?: string[]
}
