import type { GateConfig } from '../config/config.ts'
import type { GateResult, Override } from '../promotion/promotion.ts'
import type { GateDecision, GateFact, GateFacts, GateMoment } from './define-gate.ts'
import * as gates from './index.ts'

/** Any of the gates, asked by what a config says. */
interface Gate {
  facts: readonly GateFact[]
  overridable?: boolean
  untilBegun?: boolean
  decide(settings: GateConfig, facts: Partial<GateFacts>, moment: GateMoment): GateDecision
}

/** As a record, because the list is asked by name. */
const byName: Record<GateConfig['gate'], Gate> = gates
const gateOf = ({ gate }: GateConfig): Gate => byName[gate]

/** What these gates have to know before they can be judged. */
export const gateFactsOf = (settings: readonly GateConfig[]): ReadonlySet<GateFact> =>
  new Set(settings.flatMap(each => gateOf(each).facts))

/** Judges the gates of an environment, in the order its config names them. What an owner overrode is met, and says so. */
export const judgeGates = (
  settings: readonly GateConfig[],
  facts: Partial<GateFacts>,
  moment: GateMoment,
  overrides: readonly Override[] = [],
): GateResult[] =>
  settings.map(each => {
    const gate = gateOf(each)
    const { againInMs: _, ...decided } = gate.decide(each, facts, moment)
    if (decided.state === 'met') return { gate: each.gate, ...decided }
    const override = gate.overridable ? overrides.findLast(given => given.gate === each.gate) : undefined
    if (!override) return { gate: each.gate, ...decided, ...(gate.overridable && { overridable: true }) }
    const { next: _next, ...rest } = decided
    const { person, reason } = override
    return { gate: each.gate, ...rest, state: 'met', overriddenBy: { person, reason } }
  })

/** The one that holds up what is approved already; null: none does. */
export const holdsApproved = (results: readonly GateResult[]): GateResult | null =>
  results.find(
    ({ gate, state }) =>
      state !== 'met' && Object.entries(byName).some(([name, { untilBegun }]) => name === gate && untilBegun),
  ) ?? null

/** When time alone changes the answer of one of them; null: never. */
export function gatesAgainInMs(
  settings: readonly GateConfig[],
  facts: Partial<GateFacts>,
  moment: GateMoment,
): number | null {
  const waits = settings.flatMap(each => gateOf(each).decide(each, facts, moment).againInMs ?? [])
  return waits.length === 0 ? null : Math.min(...waits)
}
