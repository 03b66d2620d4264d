import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobInputs } from './job-memory.ts'

/** What was right a week ago need not be: registries, certificates and clocks are no part of a checkout. */
export const longestMs = 7 * 86_400_000

export const neverHere = 'it has not succeeded here before'
export const tooOld = 'it last ran more than a week ago'

/** Where everything with these inputs is kept, one folder for each job or task and in it one for each set of inputs. */
export function placeOf(dir: string, inputs: JobInputs): string {
  return join(dir, hash(inputs.job), hash(JSON.stringify(Object.entries(inputs.parts).sort())))
}

/** Newest first. */
export async function byAge(folders: readonly string[]): Promise<{ path: string; at: number }[]> {
  const found: { path: string; at: number }[] = []
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name)
      const facts = await stat(path).catch(() => null)
      if (facts) found.push({ path, at: facts.mtimeMs })
    }
  }
  return found.sort((a, b) => b.at - a.at)
}

const mostLookedAt = 20

/**
 * The newest entry of the same tree as it was then, to say what changed since. Jobs of other repositories bear the same
 * names, and what differs from those says nothing: a former self has at least half of its paths in common.
 */
export async function formerSelf<T extends { files: [string, string][] }>(
  folder: string,
  now: JobInputs['files'],
  read: (entry: string) => Promise<T | null>,
): Promise<T | null> {
  for (const { path } of (await byAge([folder])).slice(0, mostLookedAt)) {
    const entry = await read(path)
    if (entry === null) continue
    const common = entry.files.filter(([file]) => now.has(file)).length
    if (common >= Math.min(now.size, entry.files.length) / 2) return entry
  }
  return null
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)
