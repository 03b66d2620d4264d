import { posix } from 'node:path'
import { workspaceGlob } from '@gantry/workflow'
import { parse } from 'yaml'
import { frameworkOf } from './frameworks.ts'
import type { Package, Refusal, RepositoryFiles } from './repository.ts'

export interface Workspace {
  root: Package
  packages: Package[]
  manifest: Record<string, unknown>
  /** What stands in pnpm-workspace.yaml; empty without one. */
  settings: Record<string, unknown>
  notes: string[]
}

/** The packages pnpm sees: the root and every folder the globs of pnpm-workspace.yaml match. */
export function readWorkspace(files: RepositoryFiles): Workspace | Refusal {
  const manifest = manifestAt(files, 'package.json')
  if ('reason' in manifest) return manifest
  const other = otherManager(files, manifest.json)
  if (other !== undefined) return other
  const settings = settingsOf(files)
  if ('reason' in settings) return settings
  const notes: string[] = []
  const found = [{ dir: '.', json: manifest.json }]
  const globs = textsIn(settings.yaml['packages'])
  for (const dir of memberFolders(files, globs)) {
    const member = manifestAt(files, `${dir}/package.json`)
    if ('reason' in member) return member
    found.push({ dir, json: member.json })
  }
  for (const glob of globs.filter(each => !each.startsWith('!'))) {
    if (!found.some(({ dir }) => dir !== '.' && matches(dir, glob)) && !isRootGlob(glob)) {
      notes.push(`pnpm-workspace.yaml: "${glob}" matches no package`)
    }
  }
  const [root, ...packages] = withServers(linked(found.map(({ dir, json }) => packageOf(dir, json, files))), files)
  if (root === undefined) return { reason: 'expected a package.json, got none', hint: 'Run `pnpm init` first.' }
  return { root, packages, manifest: manifest.json, settings: settings.yaml, notes }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter(each => typeof each === 'string').map(normalGlob) : []
const normalGlob = (glob: string) => glob.replace(/^(!?)\.\//, '$1').replace(/\/+$/, '')
const isRootGlob = (glob: string) => glob === '.' || glob === ''

function manifestAt(files: RepositoryFiles, path: string): { json: Record<string, unknown> } | Refusal {
  const text = files.texts.get(path)
  if (text === undefined) {
    return {
      reason: `expected a ${path} at the top of a pnpm repository, got none`,
      hint: 'Go to the top folder of the repository, or start one with `pnpm init`.',
    }
  }
  try {
    const json: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    if (isRecord(json)) return { json }
    return { reason: `${path}: expected an object, got ${JSON.stringify(json).slice(0, 40)}`, hint: repair }
  } catch (cause) {
    return { reason: `${path}: expected JSON: ${cause instanceof Error ? cause.message : String(cause)}`, hint: repair }
  }
}
const repair = 'Repair that file and type it again.'

/** Gantry's workflows install with pnpm; another manager's lockfile would be left behind and wrong. */
function otherManager(files: RepositoryFiles, manifest: Record<string, unknown>): Refusal | undefined {
  const named = String(manifest['packageManager'] ?? '').split('@')[0]
  const isPnpm = named === 'pnpm' || files.paths.includes('pnpm-lock.yaml') || files.texts.has('pnpm-workspace.yaml')
  const locks: Record<string, string> = {
    'package-lock.json': 'npm',
    'npm-shrinkwrap.json': 'npm',
    'yarn.lock': 'yarn',
    'bun.lock': 'bun',
    'bun.lockb': 'bun',
  }
  const lock = Object.keys(locks).find(path => files.paths.includes(path))
  const other = named !== undefined && named !== '' && named !== 'pnpm' ? named : lock && locks[lock]
  if (other === undefined || (isPnpm && (named === 'pnpm' || named === ''))) return undefined
  const seen = named === other ? `"packageManager": "${String(manifest['packageManager'])}"` : lock
  return {
    reason: `expected a pnpm repository, got one of ${other} (${seen})`,
    hint: `Move it to pnpm first: \`pnpm import\` makes pnpm-lock.yaml out of ${lock ?? `${other}'s lockfile`}; then delete that file.`,
  }
}

function settingsOf(files: RepositoryFiles): { yaml: Record<string, unknown> } | Refusal {
  const text = files.texts.get('pnpm-workspace.yaml')
  if (text === undefined) return { yaml: {} }
  try {
    const yaml: unknown = parse(text)
    return { yaml: isRecord(yaml) ? yaml : {} }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    return { reason: `pnpm-workspace.yaml: expected YAML: ${message}`, hint: repair }
  }
}

function memberFolders(files: RepositoryFiles, globs: readonly string[]): string[] {
  const wanted = globs.filter(glob => !glob.startsWith('!'))
  const unwanted = globs.filter(glob => glob.startsWith('!')).map(glob => glob.slice(1))
  return files.paths
    .filter(path => path.endsWith('/package.json') && !/(^|\/)(node_modules|bower_components)\//.test(path))
    .map(path => posix.dirname(path))
    .filter(dir => wanted.some(glob => matches(dir, glob)) && !unwanted.some(glob => matches(dir, glob)))
    .toSorted()
}

/** pnpm's globs name folders. The usual three forms are compared as text: matching 2,000 packages stays instant. */
function matches(dir: string, glob: string): boolean {
  if (!/[*?[\]{}!()]/.test(glob)) return dir === glob
  const [, head, stars] = /^([^*?[\]{}!()]*)\/(\*\*?)$/.exec(glob) ?? []
  if (head !== undefined && dir.startsWith(`${head}/`)) {
    return stars === '**' || !dir.slice(head.length + 1).includes('/')
  }
  if (head !== undefined) return stars === '**' && dir === head
  if (glob === '*') return !dir.includes('/')
  return glob === '**' || workspaceGlob(glob)(dir)
}

function packageOf(dir: string, json: Record<string, unknown>, files: RepositoryFiles): Package {
  const dependencies = new Map<string, string>()
  for (const kind of ['peerDependencies', 'optionalDependencies', 'devDependencies', 'dependencies']) {
    for (const [name, range] of Object.entries(isRecord(json[kind]) ? json[kind] : {})) {
      dependencies.set(name, String(range))
    }
  }
  const scripts = Object.fromEntries(
    Object.entries(isRecord(json['scripts']) ? json['scripts'] : {}).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string',
    ),
  )
  const engines = isRecord(json['engines']) ? json['engines'] : {}
  const engine = engines['node']
  const framework = frameworkOf(
    dependencies,
    scripts,
    files.texts.has(dir === '.' ? 'index.html' : `${dir}/index.html`),
  )
  return {
    dir,
    name: typeof json['name'] === 'string' && json['name'] !== '' ? json['name'] : dir === '.' ? files.folder : dir,
    isPrivate: json['private'] === true,
    publishes: json['private'] !== true && published.some(key => json[key] !== undefined),
    scripts,
    dependencies,
    ...(typeof engine === 'string' && { nodeEngine: engine }),
    ...(framework !== undefined && { framework }),
    entries: ['main', 'module', 'types', 'typings', 'exports'].flatMap(key => pathsIn(json[key])),
    needs: [],
  }
}

const published = ['exports', 'files', 'bin', 'publishConfig', 'types', 'typings', 'module']

/** Every path in an `exports` table, however deep. */
function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')]
  if (Array.isArray(value)) return value.flatMap(pathsIn)
  return isRecord(value) ? Object.values(value).flatMap(pathsIn) : []
}

function linked(packages: Package[]): Package[] {
  const dirs = new Map(packages.map(({ name, dir }) => [name, dir]))
  return packages.map(each => ({
    ...each,
    needs: [...each.dependencies].flatMap(([name, range]) => {
      const dir = dirs.get(name)
      return dir === undefined || dir === each.dir || !isFromWorkspace(range) ? [] : [dir]
    }),
  }))
}

/** A private package that nobody imports and that makes a server of node:http is one, without any framework. */
function withServers(packages: Package[], files: RepositoryFiles): Package[] {
  const imported = new Set(packages.flatMap(({ needs }) => needs))
  const dirs = new Set(packages.map(({ dir }) => dir))
  const serving = new Set<string>()
  for (const [path, text] of files.texts) {
    if (serverCode.test(text) && /\bcreateServer\(/.test(text) && !notServer.test(path))
      serving.add(ownerOf(path, dirs))
  }
  return packages.map(each => {
    const isServer = each.dir !== '.' && each.isPrivate && !imported.has(each.dir) && serving.has(each.dir)
    return isServer && each.framework === undefined ? { ...each, framework: { name: 'Node', side: 'back-end' } } : each
  })
}

const serverCode = /['"](node:)?https?['"]/
const notServer = /\.(test|spec)\.\w+$|\.config\.\w+$|(^|\/)(tests?|testing|e2e|tools|scripts)\//

/** The folder of the package a file belongs to. */
export function ownerOf(path: string, dirs: ReadonlySet<string>): string {
  for (let dir = posix.dirname(path); dir !== '.'; dir = posix.dirname(dir)) {
    if (dirs.has(dir)) return dir
  }
  return '.'
}

/** A range that pnpm may answer from the workspace; an address or an alias of npm never is. */
const isFromWorkspace = (range: string) => !/^(npm|https?|git[^:]*|github|file):/.test(range)
