import * as core from '@gantry/core'

type Transitions = Record<string, readonly string[]>

/** One row for each state of each transition table that core exports, as docs/reference/states.md shows them. */
export function transitionTable(machines: Record<string, unknown> = core): string {
  const named = Object.entries(machines).filter(([name]) => name.endsWith('Transitions'))
  const rows = named.flatMap(([name, transitions]) =>
    Object.entries(transitions as Transitions).map(
      ([from, to]) => `| ${name.replace('Transitions', '')} | \`${from}\` | ${to.map(word).join(', ') || 'nothing'} |`,
    ),
  )
  return ['| of | from | to |', '|---|---|---|', ...rows].join('\n')
}

const word = (state: string) => `\`${state}\``
