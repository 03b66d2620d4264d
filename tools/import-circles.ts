import { readdir, readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { importsOf } from './boundaries.ts'
import type { SourceFile } from './source-files.ts'

/**
 * Groups of files of which each leads to each other by imports, those of types too: whoever wants one has to read them all.
 * One sentence for each group; empty when there is none.
 * @param entries what each package offers by which name, such as `@gantry/core/words`
 */
export function importCircles(files: readonly SourceFile[], entries: ReadonlyMap<string, string>): string[] {
  const known = new Set(files.map(({ path }) => path))
  const imported = new Map(
    files.map(({ path, text }) => {
      const targets = importsOf(text).map(name =>
        name.startsWith('.') ? posix.join(posix.dirname(path), name) : entries.get(name),
      )
      return [path, targets.filter(target => target !== undefined && known.has(target)) as string[]]
    }),
  )
  return groups(imported)
    .filter(group => group.length > 1 || imported.get(group[0] ?? '')?.includes(group[0] ?? ''))
    .map(group => `${group.length} files import one another: ${group.sort().join(', ')}`)
    .sort()
}

/** Tarjan's strongly connected components, without recursion: a chain of imports may be long. */
function groups(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const onStack = new Set<string>()
  const found: string[][] = []
  const open = (node: string) => {
    index.set(node, index.size)
    low.set(node, index.size - 1)
    stack.push(node)
    onStack.add(node)
    return { node, rest: [...(edges.get(node) ?? [])] }
  }
  const lower = (node: string, to: number) => low.set(node, Math.min(low.get(node) ?? to, to))
  for (const start of edges.keys()) {
    const way = index.has(start) ? [] : [open(start)]
    for (let at = way.at(-1); at !== undefined; at = way.at(-1)) {
      const next = at.rest.pop()
      if (next !== undefined) {
        if (!index.has(next)) way.push(open(next))
        else if (onStack.has(next)) lower(at.node, index.get(next) ?? 0)
        continue
      }
      way.pop()
      const parent = way.at(-1)
      if (parent !== undefined) lower(parent.node, low.get(at.node) ?? 0)
      if (low.get(at.node) !== index.get(at.node)) continue
      const group = stack.splice(stack.indexOf(at.node))
      for (const each of group) onStack.delete(each)
      found.push(group)
    }
  }
  return found
}

/** What each package of the workspace offers, by the name it is imported by. */
export async function packageEntries(root: string): Promise<Map<string, string>> {
  const entries = new Map<string, string>()
  for (const name of await readdir(join(root, 'packages'))) {
    const folder = `packages/${name}`
    const manifest: { name: string; exports?: Record<string, string> } = JSON.parse(
      await readFile(join(root, folder, 'package.json'), 'utf8'),
    )
    for (const [entry, path] of Object.entries(manifest.exports ?? {}))
      entries.set(posix.join(manifest.name, entry), posix.join(folder, path))
  }
  return entries
}
