import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Removes what was made or touched longest ago of a folder; it is made again when somebody asks. What is being made is left alone.
 * @param own never goes, however many came meanwhile
 */
export async function keepNewest(dir: string, most: number, own: string): Promise<void> {
  const names = (await readdir(dir)).filter(name => !/\.(part|scripts)$/.test(name))
  // One that another removed meanwhile is gone.
  const found = await Promise.all(names.map(name => stat(join(dir, name)).catch(() => null)))
  // What is unpacked has the times of what it was packed of, but for this one.
  const all = names.flatMap((name, index) => ({ name, at: found[index]?.ctimeMs ?? 0 }))
  for (const { name } of all.toSorted((a, b) => b.at - a.at).slice(most))
    if (join(dir, name) !== own) await rm(join(dir, name), { recursive: true, force: true })
}
