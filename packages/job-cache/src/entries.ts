import { mkdir, readdir, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { hash, type Inputs } from './inputs.ts'

/** The date is a part of every key: nothing that is older is ever asked for again. */
export const longestMs = 2 * 86_400_000

export const neverHere = 'it has not succeeded here before'

/** Where everything with these inputs is kept, one folder for each job or task and in it one for each set of inputs. */
export function placeOf(dir: string, inputs: Inputs): string {
  return join(dir, short(inputs.job), short(JSON.stringify(Object.entries(inputs.parts).sort())))
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

const pruneEveryMs = 3_600_000

/** Whether it is time to look through all entries of a folder, which takes longer than keeping some; then it counts as done. */
export async function isPruneDue(dir: string, now: Date): Promise<boolean> {
  const mark = join(dir, '.pruned')
  const last = await stat(mark).catch(() => null)
  if (last !== null && Math.abs(now.getTime() - last.mtimeMs) < pruneEveryMs) return false
  await mkdir(mark, { recursive: true })
  await utimes(mark, now, now)
  return true
}

const mostLookedAt = 20

/**
 * The newest entry of the same tree as it was then, to say what changed since. Jobs of other repositories bear the same
 * names, and what differs from those says nothing: a former self has at least half of its paths in common.
 */
export async function formerSelf<T extends { files: [string, string][] }>(
  folder: string,
  now: Inputs['files'],
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

const short = (text: string): string => hash(text).slice(0, 32)
