import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** What runners and this guide call their files; others are named on the command line. */
const names =
  /^(coverage-final\.json|(junit|.+[-.]junit|junit[-.].+)\.xml|(test|vitest|jest|playwright)-(results|report)\.json)$/
/** Fixtures are what tests read, not what they wrote. */
const skipped = new Set([
  ...['node_modules', '.git', '.gantry', '.pnpm-store', '.turbo', '.next'],
  ...['fixtures', '__fixtures__'],
])
const deepest = 8

/** Reports below a folder, from it, with `/`, in alphabetical order. */
export async function findReports(top: string): Promise<string[]> {
  const found: string[] = []
  const look = async (folder: string, depth: number): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isFile() && names.test(entry.name))
        found.push(relative(top, join(folder, entry.name)).split(sep).join('/'))
      if (entry.isDirectory() && !skipped.has(entry.name) && depth < deepest)
        await look(join(folder, entry.name), depth + 1)
    }
  }
  await look(top, 0)
  return found.sort()
}
