import { posix } from 'node:path'
import { type Mentions, mayMention, mentionsIn, mostMentioningBytes } from './mentions.ts'
import type { Workspace } from './projects.ts'
import type { Listing, Tree } from './tree.ts'

/**
 * Which packages a package seems to read: those it declares, and those its files speak of, and so on from there. Of each that
 * is not declared, the file that speaks of it. A guess: a path may be computed from anything.
 */
export type Reach =
  | { kind: 'some'; dirs: ReadonlyMap<string, string | null> }
  | { kind: 'all'; why: string }
  /** Every file of the checkout, whoever it belongs to; what scripts have made, of the packages in `dirs`. */
  | { kind: 'tree'; dirs: ReadonlyMap<string, string | null> }

/** Of texts, by their id: every job of a run has copies of the same files. */
const known = new Map<string, Mentions>()

interface Place {
  tree: Tree
  workspace: Workspace
  /** What lies in a folder of a package, `.` being what is in none. */
  list(dir: string): Listing
  /** Files people wrote; what git ignores was made out of those. */
  isSource(path: string): boolean
}

/** What is reached from one package or from a file of the root. */
interface Found {
  dirs: Reached[]
  /** Files of the root, which may lead further. */
  rootFiles: string[]
  all: string | undefined
}

/** A folder of a package, and the file that leads there; null where it is declared. */
type Reached = readonly [dir: string, by: string | null]

/** The packages whose files may decide what a script of `dir` does. Where that cannot be told, all. */
export function reachOf(dir: string, script: string, place: Place): Reach {
  const { workspace } = place
  if (dir === '.') return { kind: 'all', why: 'it is of the root' }
  const dirs = new Map<string, string | null>()
  const rootFiles = new Set<string>()
  const aliases = aliasesOf(place)
  const declaredBy = (each: string): Reached[] => (workspace.projects.get(each)?.needs ?? []).map(need => [need, null])
  // Taken from the end: what is declared first.
  const open: Reached[] = [...namedByRoot(place), ...declaredBy('.'), [dir, null]]
  const all = wideIn(mentionsIn(script, new Set()), 'its script')
  if (all !== undefined) return { kind: 'all', why: all }
  for (let reached = open.pop(); reached !== undefined; reached = open.pop()) {
    const [next, by] = reached
    if (dirs.has(next) || next === '.') continue
    dirs.set(next, by)
    const found = [fromPackage(next, place, aliases)]
    for (let each = found.pop(); each !== undefined; each = found.pop()) {
      if (each.all !== undefined) return { kind: 'all', why: each.all }
      open.push(...each.dirs)
      for (const file of each.rootFiles.filter(path => !rootFiles.has(path))) {
        rootFiles.add(file)
        found.push(fromRootFile(file, place))
      }
    }
    open.push(...declaredBy(next))
  }
  return { kind: 'some', dirs }
}

const wideIn = ({ isWide }: Mentions, where: string): string | undefined =>
  isWide ? `${where} asks git or pnpm for files of the repository` : undefined

function fromPackage(dir: string, place: Place, aliases: readonly Alias[]): Found {
  const found: Found = { dirs: [], rootFiles: [], all: undefined }
  for (const [path, id] of place.list(dir)) {
    if (id.startsWith('link ')) {
      lead(found, posix.join(posix.dirname(path), id.slice('link '.length)), path, dir, place)
      continue
    }
    if (!place.isSource(path)) continue
    const mentions = mentionsAt(path, id, place)
    if (mentions === undefined) continue
    found.all ??= wideIn(mentions, path)
    for (const { path: up, isFromFile } of mentions.up) {
      lead(found, posix.join(posix.dirname(path), up), path, dir, place)
      // A program may be meant to be started in the folder of the package.
      if (!isFromFile && /\.[cm]?[jt]sx?$|sh$/.test(path)) lead(found, posix.join(dir, up), path, dir, place)
    }
    found.dirs.push(...named(mentions, path, place))
    for (const { prefix, dirs } of aliases)
      if (mentions.imports.some(each => each.startsWith(prefix))) found.dirs.push(...dirs)
  }
  return found
}

/** A path that may leave the package, taken as far as it is known. */
function lead(found: Found, written: string, from: string, own: string, place: Place): void {
  // What a path computes to is anything below the part that stands still.
  const still = written.split('/')
  const at = still.findIndex(part => /[*?{}$[\]]/.test(part))
  const path = posix.normalize((at < 0 ? still : still.slice(0, at)).join('/') || '.').replace(/\/$/, '')
  if (path.startsWith('..') || path.startsWith('/') || path.split('/').includes('node_modules')) return
  if (path === own || path.startsWith(`${own}/`)) return
  const { dirs } = place.workspace
  const owner = [...dirs].filter(dir => path === dir || path.startsWith(`${dir}/`))
  if (owner.length > 0) {
    found.dirs.push(...owner.map(dir => [dir, from] as const))
    return
  }
  const below = [...dirs].filter(dir => path === '.' || dir.startsWith(`${path}/`))
  if (path === '.') found.all ??= `${from} speaks of the folder above all packages`
  found.dirs.push(...below.map(dir => [dir, from] as const))
  if (path === '.') return
  for (const file of place.list('.').keys())
    if (file === path || file.startsWith(`${path}.`) || file.startsWith(`${path}/`)) found.rootFiles.push(file)
}

/** A file of the root that is reached, such as a script: what it names is read too. */
function fromRootFile(path: string, place: Place): Found {
  const found: Found = { dirs: [], rootFiles: [], all: undefined }
  const mentions = mentionsAt(path, place.list('.').get(path) ?? '', place)
  if (mentions === undefined || isTypescriptConfig(path)) return found
  found.all ??= wideIn(mentions, path)
  found.dirs.push(...named(mentions, path, place))
  const folder = posix.dirname(path)
  const { dirs } = place.workspace
  if (mentions.isFromHere && [...dirs].some(dir => folder === '.' || dir.startsWith(`${folder}/`)))
    found.all ??= `${path} goes from its folder to others it does not name`
  const below = mentions.down.flatMap(down => [posix.join(folder, down), posix.normalize(down)])
  const beside = relativeIn(place.tree.text(path)).map(each => posix.join(folder, each))
  const above = mentions.up.map(({ path: up }) => posix.join(folder, up))
  for (const each of [...below, ...beside, ...above]) lead(found, each, path, '\0', place)
  return found
}

const relativeIn = (text: string): string[] =>
  [...text.matchAll(/['"`](\.\/[^'"`\s]*)['"`]/g)].map(([, path = '']) => path)

/** The packages a file calls by their names. */
const named = ({ names }: Mentions, by: string, { workspace }: Place): Reached[] =>
  names.flatMap(name => workspace.dirsNamed(name).map(dir => [dir, by] as const))

/** Settings of what starts scripts, builds releases or watches the repository: no script of a package reads those. */
const ofNoScript =
  /^(package\.json|pnpm-.*|turbo\.json|nx\.json|lerna\.json|gantry\.config\.[cm]?[jt]s|vercel\.json|render\.yaml|renovate\.json5?|\.?release-please-.*\.json|\.?codecov\.ya?ml)$/

/** Other settings at the top are found by tools from anywhere: what those name, every package may read. */
function namedByRoot(place: Place): Reached[] {
  const found: Found = { dirs: [], rootFiles: [], all: undefined }
  for (const [path, id] of place.list('.')) {
    if (path.includes('/') || !/\.([cm]?[jt]s|json5?|ya?ml)$|rc$/.test(path)) continue
    if (ofNoScript.test(path) || isTypescriptConfig(path)) continue
    const mentions = mentionsAt(path, id, place)
    if (mentions) found.dirs.push(...named(mentions, path, place))
    // Globs choose files for a tool that is started at the top.
    for (const each of mentions?.down ?? [])
      if (each.includes('/') && !/[*?{]/.test(each)) lead(found, each, path, '\0', place)
  }
  return found.dirs
}

interface Alias {
  prefix: string
  dirs: Reached[]
}

/** `paths` of tsconfig files outside of packages: who imports by such a name reads what is behind it. */
function aliasesOf(place: Place): Alias[] {
  const aliases: Alias[] = []
  for (const path of place.list('.').keys()) {
    if (!isTypescriptConfig(path)) continue
    for (const [, name = '', values = ''] of place.tree.text(path).matchAll(/"([^"]+)"\s*:\s*\[([^\]]*)\]/g)) {
      const found: Found = { dirs: [], rootFiles: [], all: undefined }
      for (const [, value = ''] of values.matchAll(/"([^"]+)"/g))
        lead(found, posix.join(posix.dirname(path), value), path, '\0', place)
      aliases.push({ prefix: name.replace(/\*.*$/, ''), dirs: found.dirs })
    }
  }
  return aliases
}

const isTypescriptConfig = (path: string): boolean => /(^|\/)[tj]sconfig[^/]*\.json$/.test(path)

function mentionsAt(path: string, id: string, { tree, workspace }: Place): Mentions | undefined {
  if (!mayMention(path) || !/^(file|program) /.test(id)) return undefined
  const key = `${id} ${workspace.namesId}`
  const before = known.get(key)
  if (before !== undefined) return before
  const text = tree.text(path)
  const mentions = mentionsIn(text.length > mostMentioningBytes || text.includes('\0') ? '' : text, workspace.names)
  known.set(key, mentions)
  return mentions
}
