import { posix } from 'node:path'

/**
 * Reports name files as the machine that wrote them saw them. Answers the path from the root of this repository, or
 * null for a file that is not in it: the longest tail of the path that is a file here.
 * @param files every file of the repository, from its root, with `/`
 * @param from folder of the report, from the root: relative paths are tried there and in each folder above first
 */
export function ownPath(written: string, files: ReadonlySet<string>, from = ''): string | null {
  const path = posix.normalize(decoded(written).replaceAll('\\', '/'))
  if (!posix.isAbsolute(path) && !/^[A-Za-z]:/.test(path)) {
    for (const folder of upwards(from)) {
      const tried = posix.join(folder, path)
      if (files.has(tried)) return tried
    }
  }
  const segments = path.split('/').filter(segment => segment !== '' && segment !== '..' && segment !== '.')
  for (let start = 0; start < segments.length; start++) {
    const tail = segments.slice(start).join('/')
    if (files.has(tail)) return tail
  }
  return null
}

function decoded(path: string): string {
  if (!path.startsWith('file:')) return path
  try {
    return decodeURIComponent(new URL(path).pathname)
  } catch {
    return path
  }
}

/** `a/b` is `a/b`, `a`, and the root. */
function upwards(folder: string): string[] {
  const segments = folder.split('/').filter(segment => segment !== '' && segment !== '.')
  return [...segments.map((_, index) => segments.slice(0, segments.length - index).join('/')), '']
}
