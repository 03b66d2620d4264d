import type { GateConfig } from '../config/config.ts'
import type { GateResult } from '../promotion/promotion.ts'
import { ciGreen } from './ci-green.ts'
import { e2eGreen } from './e2e-green.ts'
import type { Gate, GateFacts } from './gate.ts'
import { migrationsSafe } from './migrations-safe.ts'
import { noNewIssues } from './no-new-issues.ts'
import { soak } from './soak.ts'

/** The only list of gates. */
export const gates = { ciGreen, e2eGreen, soak, noNewIssues, migrationsSafe } as const satisfies {
  [K in GateConfig['gate']]: Gate<K>
}

/** Judges the gates of an environment, in the order its config names them. */
export const judgeGates = (facts: GateFacts, settings: GateConfig[], now: string): GateResult[] =>
  settings.map(each => judge(facts, each, now))

function judge<K extends GateConfig['gate']>(
  facts: GateFacts,
  settings: Extract<GateConfig, { gate: K }>,
  now: string,
): GateResult {
  const registry: { [G in GateConfig['gate']]: Gate<G> } = gates
  const gate: Gate<K> = registry[settings.gate as K]
  return gate.judge(facts, settings, now)
}

export type { Gate, GateFacts } from './gate.ts'
