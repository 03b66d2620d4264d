import type { GateDecision } from './define-gate.ts'

const rank = { unmet: 0, waiting: 1, met: 2 } as const

/** Of several things that must all be green, the one that keeps it from that. @throws where there is none */
export function worstOf(decisions: readonly GateDecision[]): GateDecision {
  const [worst] = decisions.toSorted((a, b) => rank[a.state] - rank[b.state])
  if (!worst) throw new Error('expected something that was judged')
  return worst
}

/** @example '2026-11-28 08:05 UTC' */
export const spokenMinute = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`
