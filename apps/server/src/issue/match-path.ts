/**
 * The file of a repository that a frame means: the one that shares the longest end with it, whole folder names only.
 * Where an artifact was unpacked and what its bundler called the sources differs by machine; the end does not.
 * @param file as the SDK sent it, e.g. `/srv/app/src/api.ts`, `webpack:///./src/api.ts` or `C:\app\src\api.ts`
 * @param within the folder of the service, whose files go before others of the same name
 * @returns null when none or several fit
 */
export function matchPath(file: string, paths: readonly string[], within: string | null): string | null {
  const wanted = segmentsOf(file)
  const name = wanted.at(-1)
  if (name === undefined) return null
  let best: string[] = []
  let most = 0
  for (const path of paths) {
    if (!path.endsWith(name)) continue
    const shared = sharedEnd(wanted, path.split('/'))
    if (shared < most || shared === 0) continue
    if (shared > most) best = []
    most = shared
    best.push(path)
  }
  const own = within === null ? [] : best.filter(path => path.startsWith(`${within}/`))
  const fitting = own.length > 0 ? own : best
  // A name alone says too little, unless it is all there is of the path on one of the two sides.
  if (most < 2 && !fitting.some(path => !path.includes('/')) && wanted.length > 1 && own.length === 0) return null
  return fitting.length === 1 ? (fitting[0] ?? null) : null
}

const segmentsOf = (file: string): string[] =>
  file
    .replace(/^[a-z-]+:\/\/+/i, '')
    .replace(/[?#].*$/, '')
    .split(/[\\/]/)
    .filter(segment => segment !== '' && segment !== '.' && segment !== '..')

function sharedEnd(a: readonly string[], b: readonly string[]): number {
  let shared = 0
  while (shared < a.length && shared < b.length && a.at(-1 - shared) === b.at(-1 - shared)) shared++
  return shared
}
