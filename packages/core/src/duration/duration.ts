const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Milliseconds of `90s`, `5m`, `1.5h`, `250ms`, `30d`. Answers null for anything else. */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim())
  if (!match) return null
  const [, amount = '0', unit = 'ms'] = match
  return Math.round(Number(amount) * unitMs[unit as keyof typeof unitMs])
}
