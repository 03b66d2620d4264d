import type { Workspace } from './projects.ts'
import type { Reach } from './reach.ts'

/**
 * A script may read any file of the checkout, by a path that nobody sees in its text: all of them count. Of what other scripts
 * make meanwhile, that of packages it declares counts: pnpm runs those before.
 */
export function wholeTree(dir: string, { projects }: Workspace): Reach {
  if (dir === '.') return { kind: 'all', why: 'it is of the root' }
  const dirs = new Map<string, string | null>()
  const open = [dir, '.']
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (dirs.has(next)) continue
    dirs.set(next, null)
    open.push(...(projects.get(next)?.needs ?? []))
  }
  return { kind: 'tree', dirs }
}
