import { statfsSync } from 'node:fs'
import { leastFreeBytes } from '@gantry/store'

/** Reports end before everything else does: people have to see what is wrong, and free space, while there is some. */
const leastForReports = leastFreeBytes * 2
const freshMs = 1_000

/** What is wrong with the space for reports, in words, or null. Looks once a second, whoever asks. */
export function roomForReports(dir: string, now: () => number, freeIn = freeBytes): () => string | null {
  let [lookedAtMs, lack]: [number, string | null] = [Number.NEGATIVE_INFINITY, null]
  return () => {
    if (now() - lookedAtMs < freshMs) return lack
    lookedAtMs = now()
    const free = freeIn(dir)
    lack =
      free >= leastForReports ? null : `expected ${leastForReports >> 20} MB free in ${dir}, found ${free >> 20} MB`
    return lack
  }
}

function freeBytes(dir: string): number {
  const { bavail, bsize } = statfsSync(dir)
  return bavail * bsize
}
