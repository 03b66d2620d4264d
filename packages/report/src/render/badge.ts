import { makeBadge } from 'badge-maker'
import type { Share } from '../coverage/coverage-report.ts'

/** A badge as SVG: green from 80 %, amber from 60 %, red below, grey when there is nothing to cover. */
export function coverageBadge(lines: Share): string {
  const { percent } = lines
  const color = percent === null ? '#5f6775' : percent >= 80 ? '#147a45' : percent >= 60 ? '#9a5400' : '#b3201f'
  return makeBadge({ label: 'coverage', message: percent === null ? 'no data' : `${Math.floor(percent)} %`, color })
}
