import type { LineRange, Share } from '../coverage/coverage-report.ts'
import type { TestTotals } from '../tests/test-report.ts'

/** `92.1 %`, or `–` when there is nothing to cover. */
export const percent = ({ percent: value }: Share): string => (value === null ? '–' : `${value} %`)

/** `350 ms`, `12.3 s`, `4 min 05 s` */
export function took(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

/** `3–5, 9` */
export const ranges = (lines: readonly LineRange[]): string =>
  lines.map(({ from, to }) => (from === to ? `${from}` : `${from}–${to}`)).join(', ')

/** `2 failed, 41 passed, 1 flaky, 3 skipped` */
export function counts({ failed, passed, flaky, skipped }: TestTotals): string {
  const parts = [failed > 0 && `${failed} failed`, `${passed} passed`, flaky > 0 && `${flaky} flaky`]
  return [...parts, skipped > 0 && `${skipped} skipped`].filter(Boolean).join(', ')
}
