import type { Check } from '@gantry/core/api'
import { duration } from '../ui/time.ts'

/** `58 of 60 answered · half within 12ms`; nothing measured is no data. */
export function summaryOf(checks: Pick<Check, 'isOk' | 'latencyMs'>[]): string {
  if (checks.length === 0) return 'no data'
  const answered = checks.filter(({ isOk }) => isOk)
  const said = `${answered.length} of ${checks.length} answered`
  const middle = answered.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b)[Math.floor(answered.length / 2)]
  return middle === undefined ? said : `${said} · half within ${duration(middle)}`
}
