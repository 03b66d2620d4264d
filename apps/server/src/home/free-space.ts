import { statfs } from 'node:fs/promises'
import { catalogue } from '@gantry/core'
import { leastFreeBytes } from '@gantry/store'

/** What is wrong with the space of the data folder, in words, or null. Below this, nothing is written down any more. */
export async function spaceLack(dir: string, least = leastFreeBytes): Promise<string | null> {
  const { bavail, bsize } = await statfs(dir)
  const free = bavail * bsize
  if (free >= least) return null
  return `expected ${megabytes(least)} MB free in ${dir}, found ${megabytes(free)} MB`
}

const megabytes = (bytes: number): number => Math.floor(bytes / 1024 / 1024)

/** Says once when space runs out, and once when there is some again: thousands of refused writes say nothing more. */
export function spaceTeller(
  dir: string,
  log: { error(facts: object, message: string): void },
  lackOf = spaceLack,
): () => Promise<void> {
  let isFull = false
  return async () => {
    const lack = await lackOf(dir)
    if ((lack !== null) === isFull) return
    isFull = lack !== null
    const { hint } = catalogue.STORAGE_FULL
    if (isFull) log.error({ code: 'STORAGE_FULL', hint }, `${lack}: nothing is written down until there is`)
    else log.error({ code: 'STORAGE_FULL' }, `there is space in ${dir} again, writing goes on`)
  }
}

/** Facts of a log line that says of one write what the teller says of all. */
export function isStorageFull(facts: unknown): boolean {
  const { err } = (facts ?? {}) as { err?: { code?: unknown } }
  return err?.code === 'STORAGE_FULL'
}
