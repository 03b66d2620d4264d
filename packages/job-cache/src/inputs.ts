import { createHash } from 'node:crypto'

/** What decides how a job or script ends, part by part. Two with equal parts do the same. */
export interface Inputs {
  /** The same in every run: what it is. */
  job: string
  /** Name of a part, as people say it, and a hash of what is in it. */
  parts: Record<string, string>
  /** Every file that counts, with the id of its content: to say which changed. */
  files: ReadonlyMap<string, string>
}

export type Miss = { kind: 'miss'; reason: string }

/** Name of the part that counts where commit, branch and event can be seen. */
export const aboutRun = 'the commit, branch or event'

/** To be raised when the runner does something else with the same file. */
const runnerVersion = 3
export const platform = `${process.platform} ${process.arch} ${runnerVersion}`

/** Clocks are an input of which nobody knows who reads it: what was right yesterday need not be, here or in UTC. */
export function dateOf(now: Date): Record<string, string> {
  return { 'the date': `${now.toISOString().slice(0, 10)} ${now.toDateString()}` }
}

export const hash = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex')

/** The same for the same files, in whatever order they were found. */
export function hashFiles(files: ReadonlyMap<string, string>): string {
  const lines = [...files].map(([path, id]) => `${id} ${path}`)
  return hash(lines.sort().join('\n'))
}

/** JSON with sorted keys, without positions: moving a job down the file changes nothing. */
export function stable(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => {
    if (key === 'at') return undefined
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
