/** A line of CODEOWNERS: which files, and who looks after them. */
export interface OwnerRule {
  pattern: string
  owners: string[]
}

const mostRules = 5_000

/** https://docs.github.com/articles/about-code-owners. Sections of GitLab's (`[Web]`) are left out. */
export function readCodeOwners(text: string): OwnerRule[] {
  return text
    .split('\n')
    .slice(0, mostRules)
    .flatMap(line => {
      const [pattern, ...owners] = (line.split(/\s#|^#/, 1)[0] ?? '').trim().split(/\s+/)
      return pattern && !pattern.startsWith('[')
        ? [{ pattern, owners: owners.filter(owner => owner.includes('@')) }]
        : []
    })
}

/** Of the last line that fits, which may name nobody. */
export const ownersOf = (path: string, rules: readonly OwnerRule[]): string[] =>
  rules.findLast(({ pattern }) => fits(path, pattern))?.owners ?? []

/** As `.gitignore` reads patterns: `*` within a folder, `**` over folders; with a slash inside from the root, else anywhere. */
function fits(path: string, pattern: string): boolean {
  const isFolder = pattern.endsWith('/')
  const parts = pattern.split('/').filter(Boolean)
  const isRooted = pattern.slice(0, -1).includes('/')
  const names = path.split('/').filter(Boolean)
  const starts = isRooted ? [0] : names.map((_, at) => at)
  return starts.some(start => matches(names, start, parts, isFolder))
}

/** Whether these names begin with the pattern; what lies in a folder that fits, fits. By the row of a table, so that `**` costs no more. */
function matches(names: readonly string[], start: number, parts: readonly string[], isFolder: boolean): boolean {
  let ends = new Set([start])
  for (const part of parts) {
    const next = new Set<number>()
    for (const end of ends) {
      if (part === '**') for (let at = end; at <= names.length; at++) next.add(at)
      else if (end < names.length && isNamed(names[end] ?? '', part)) next.add(end + 1)
    }
    ends = next
  }
  const last = parts.at(-1) ?? ''
  return [...ends].some(end => (isFolder ? end < names.length : end === names.length || !last.includes('*')))
}

/** With `*` and `?`, in time that grows with the name only. */
function isNamed(name: string, pattern: string): boolean {
  let [at, from, star, mark] = [0, 0, -1, 0]
  while (at < name.length) {
    if (from < pattern.length && (pattern[from] === '?' || pattern[from] === name[at])) [at, from] = [at + 1, from + 1]
    else if (pattern[from] === '*') [star, mark, from] = [from, at, from + 1]
    else if (star !== -1) [mark, at, from] = [mark + 1, mark + 1, star + 1]
    else return false
  }
  while (pattern[from] === '*') from++
  return from === pattern.length
}
