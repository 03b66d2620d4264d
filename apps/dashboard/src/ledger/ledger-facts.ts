import type { Face } from '../ui/state.ts'
import { shortSha } from '../ui/words.ts'

/** Evidence in one line: `environment production · state resolved`. Nested values stay out. */
export const evidenceText = (evidence: Record<string, unknown>): string =>
  Object.entries(evidence)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => `${name} ${String(value).replace(/\b[0-9a-f]{40}\b/g, shortSha)}`)
    .join(' · ')

export function chainFace({ whole, brokenAt }: { whole: boolean; brokenAt?: number | null }): Face {
  if (whole) return { role: 'ok', word: 'chain is whole', icon: 'check' }
  return { role: 'bad', word: `chain is broken at ${brokenAt ?? 'an unknown row'}`, icon: 'octagon' }
}
