export type FindBuiltFile = (file: string) => string | null

/**
 * Which of the built files a frame speaks of: by the whole path it was served under, else by as much of its end as is there, else
 * by its name where only one has it. Names may begin with an origin, or with `~` for any. Of two alike the first is taken.
 */
export function findBuiltFile(names: Iterable<string>): FindBuiltFile {
  const byPath = new Map<string, string>()
  const byName = new Map<string, string | null>()
  for (const name of names) {
    const path = pathOf(name)
    if (byPath.has(path)) continue
    byPath.set(path, name)
    const last = path.slice(path.lastIndexOf('/') + 1)
    byName.set(last, byName.has(last) ? null : name)
  }
  return file => {
    const parts = pathOf(file)
      .split(/[\\/]/)
      .filter(part => part !== '')
    for (let first = 0; first < parts.length; first++) {
      const found = byPath.get(parts.slice(first).join('/'))
      if (found !== undefined) return found
    }
    return byName.get(parts.at(-1) ?? '') ?? null
  }
}

/** Without origin, query and the slash it begins with. */
export const pathOf = (name: string): string =>
  name
    .replace(/^(?:[a-z][a-z0-9+.-]*:\/\/[^/]*|~)/i, '')
    .replace(/[?#].*$/, '')
    .replace(/^\/+/, '')
