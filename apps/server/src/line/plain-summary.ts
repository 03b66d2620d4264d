import type { Verdict } from '@gantry/core'

/** The sentence without the state it may begin with: every screen shows the state beside it. */
export function plainSummary({ state, summary }: Pick<Verdict, 'state' | 'summary'>): string {
  return summary.startsWith(`${state}: `) ? summary.slice(state.length + 2) : summary
}
