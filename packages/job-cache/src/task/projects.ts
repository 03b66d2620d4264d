import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { parse } from 'yaml'
import type { Tree } from './tree.ts'

/** A package of the workspace, as the lockfile and its manifest tell of it. */
export interface Project {
  /** Below the workspace; `.` is the root. */
  dir: string
  name: string
  /** Folders of other packages of the workspace that it declares. */
  needs: string[]
}

export interface Workspace {
  projects: ReadonlyMap<string, Project>
  /** Folders of all packages but the root. */
  dirs: ReadonlySet<string>
  /** Those that are copied among the installed packages, where every script may read them. */
  injected: ReadonlySet<string>
}

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']

/**
 * The packages pnpm sees, from `importers` of its lockfile: who links whom stands there as pnpm resolved it. Manifests add
 * what it leaves out, such as peers.
 */
export function readProjects(tree: Tree): Workspace {
  const { root } = tree
  const before = known.get(tree)
  if (before && before.id === idOf(tree, before.workspace.projects.keys())) return before.workspace
  const importers = Object.entries(importersIn(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')))
  const manifests = new Map(
    importers.map(([dir]) => {
      const path = join(root, dir, 'package.json')
      return [dir, existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as unknown) : {}]
    }),
  )
  const dirs = new Map([...manifests].map(([dir, manifest]) => [String(recordOf(manifest)['name'] ?? dir), dir]))
  const dirsNamed = (name: string): string[] => [dirs.get(name) ?? []].flat()
  const projects = importers.map(([dir, importer]): [string, Project] => {
    const manifest = recordOf(manifests.get(dir))
    const linked = kinds.flatMap(kind => Object.values(recordAt(importer, kind)).flatMap(each => linkOf(dir, each)))
    const declared = kinds.flatMap(kind => Object.keys(recordAt(manifest, kind)).flatMap(dirsNamed))
    const needs = [...new Set([...linked, ...declared])].filter(need => need !== dir && manifests.has(need))
    return [dir, { dir, name: String(manifest['name'] ?? dir), needs }]
  })
  const workspace = {
    projects: new Map(projects),
    dirs: new Set(projects.map(([dir]) => dir).filter(dir => dir !== '.')),
    injected: new Set(importers.flatMap(([, importer]) => injectedBy(importer)).filter(dir => manifests.has(dir))),
  }
  known.set(tree, { id: idOf(tree, workspace.projects.keys()), workspace })
  return workspace
}

/** The jobs of a run have the same lockfile, and reading YAML takes long. */
let read: { text: string; importers: Record<string, unknown> } | undefined

function importersIn(lock: string): Record<string, unknown> {
  // The rest are thousands of lines about packages of the registry.
  const end = lock.search(/^(packages|snapshots):/m)
  const text = end < 0 ? lock : lock.slice(0, end)
  if (read?.text !== text) read = { text, importers: recordAt(parse(text), 'importers') }
  return read.importers
}

/** Read again only when one of the files it comes from differs. */
const known = new WeakMap<Tree, { id: string; workspace: Workspace }>()
const idOf = (tree: Tree, dirs: Iterable<string>): string =>
  ['pnpm-lock.yaml', ...[...dirs].map(dir => posix.join(dir, 'package.json'))].map(path => tree.id(path)).join(' ')

const injectedBy = (importer: unknown): string[] =>
  kinds
    .flatMap(kind => Object.values(recordAt(importer, kind)))
    .filter(each => String(recordOf(each)['version'] ?? '').startsWith('file:'))
    .flatMap(each => linkOf('.', each))

/** `link:../b` from the folder of the package, `file:packages/b(peer@1)` from the root. */
function linkOf(dir: string, dependency: unknown): string[] {
  const version = String(recordOf(dependency)['version'] ?? '')
  if (version.startsWith('link:')) return [posix.join(dir, version.slice('link:'.length))]
  if (version.startsWith('file:')) return [posix.normalize(version.slice('file:'.length).replace(/\(.*$/, ''))]
  return []
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

const recordAt = (value: unknown, key: string): Record<string, unknown> => recordOf(recordOf(value)[key])
