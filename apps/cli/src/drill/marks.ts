/** Moments of a drill, in milliseconds since 1970. A missing one did not happen in time. */
export interface Marks {
  /** The bad release took the place of the good one. */
  live?: number
  /** The load saw the first bad response. */
  firstBad?: number
  incident?: number
  /** A channel took the first page. */
  paged?: number
  /** Gantry concluded that the release is worse. */
  verdict?: number
  rolledBack?: number
  /** The first of many good responses in a row. */
  servingAgain?: number
}
export type Mark = keyof Marks

export const markTitles = {
  live: 'bad release live',
  firstBad: 'first bad response',
  incident: 'incident opened',
  paged: 'page delivered',
  verdict: 'verdict "worse"',
  rolledBack: 'former release back',
  servingAgain: 'serving well again',
} as const satisfies Record<Mark, string>

/** From the moment the bad release could harm anybody. */
const targetsMs: Partial<Record<Mark, number>> = { verdict: 15_000, servingAgain: 30_000 }

export interface DrillResult {
  marks: Marks
  /** From the bad release's first moment to each mark. */
  durationsMs: Partial<Record<Mark, number>>
  targets: Partial<Record<Mark, number>>
  /** False when no channel of the routes is set up on this machine: then the server's terminal is all that was told. */
  hasChannels: boolean
  /** What did not happen, or too late, in words. */
  faults: string[]
  passed: boolean
}

/** Measures from the earlier of `live` and `firstBad`: a switch serves requests before its record is written. */
export function judgeDrill(marks: Marks, { hasChannels }: { hasChannels: boolean }): DrillResult {
  const start = Math.min(marks.live ?? Number.POSITIVE_INFINITY, marks.firstBad ?? Number.POSITIVE_INFINITY)
  const durationsMs: Partial<Record<Mark, number>> = {}
  const faults: string[] = []
  for (const mark of allMarks) {
    const at = marks[mark]
    if (at === undefined) {
      if (mark !== 'paged' || hasChannels) faults.push(`${markTitles[mark]}: did not happen in time`)
      continue
    }
    const ms = Math.max(0, at - start)
    durationsMs[mark] = ms
    const target = targetsMs[mark]
    if (target !== undefined && ms >= target) faults.push(`${markTitles[mark]}: ${ms} ms, expected under ${target} ms`)
  }
  return { marks, durationsMs, targets: targetsMs, hasChannels, faults, passed: faults.length === 0 }
}

export const allMarks: readonly Mark[] = [
  'live',
  'firstBad',
  'incident',
  'paged',
  'verdict',
  'rolledBack',
  'servingAgain',
]
