import type { Workspace } from './projects.ts'

/** What of the checkout decides what a script does, and what of it the script gets to see. */
export type Reach =
  /** Files of the packages in `dirs` and of none; everything else is out of its sight. */
  | { kind: 'narrow'; dirs: ReadonlySet<string> }
  /** Every file of the checkout, whoever it belongs to; what scripts have made, of the packages in `dirs`. */
  | { kind: 'tree'; dirs: ReadonlySet<string> }
  /** Everything: a script of the root sets others to work. */
  | { kind: 'all' }

/** Its package, what that one and the root declare, and so on from there. */
export function reachOf(kind: 'narrow' | 'tree', dir: string, workspace: Workspace): Reach {
  if (dir === '.') return { kind: 'all' }
  const { projects } = workspace
  const dirs = new Set<string>()
  const open = [dir, '.', ...(kind === 'narrow' ? workspace.injected : [])]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (dirs.has(next)) continue
    dirs.add(next)
    open.push(...(projects.get(next)?.needs ?? []))
    // A package within another one cannot be hidden or shown alone.
    if (kind === 'narrow' && next !== '.') open.push(...[...workspace.dirs].filter(each => areNested(each, next)))
  }
  return { kind, dirs }
}

const areNested = (a: string, b: string): boolean => a.startsWith(`${b}/`) || b.startsWith(`${a}/`)
