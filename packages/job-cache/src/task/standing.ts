import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hash } from '../inputs.ts'

/**
 * What is known of a script from when it ran: that it does with its package and what that declares in sight (`narrow`, which
 * every script is taken for at first), that it looks further, so that all files count (`tree`), or that it cannot be restored.
 */
export type Standing = { kind: 'narrow' } | { kind: 'tree'; why: string } | { kind: 'never'; why: string }

export interface Standings {
  /** @param task what it is, the same in every run, with its text */
  of(task: string): Promise<Standing>
  set(task: string, standing: Exclude<Standing, { kind: 'narrow' }>): Promise<void>
}

/** A script may be mended: after that it is tried anew. */
const longestMs = 30 * 86_400_000

/** A small file for each script that is not narrow. */
export function folderStandings(dir: string, now: () => Date): Standings {
  const fileOf = (task: string): string => join(dir, `${hash(task).slice(0, 32)}.json`)
  return {
    async of(task) {
      const file = fileOf(task)
      try {
        const { mtimeMs } = await stat(file)
        if (now().getTime() - mtimeMs > longestMs) return { kind: 'narrow' }
        return JSON.parse(await readFile(file, 'utf8')) as Standing
      } catch {
        // Nothing is known of it, or a write was cut off.
        return { kind: 'narrow' }
      }
    },
    async set(task, standing) {
      const file = fileOf(task)
      await mkdir(dir, { recursive: true })
      const written = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`
      await writeFile(written, JSON.stringify(standing))
      await rename(written, file)
    },
  }
}
