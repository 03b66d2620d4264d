import { isTestFile, readsEnvironment } from '@gantry/core/env'
import { chooseNode, choosePnpm } from './choose-versions.ts'
import { envNames, examplesIn, workflowNames } from './env-names.ts'
import { findMigrations } from './find-migrations.ts'
import { fromTop } from './from-top.ts'
import { looseJson } from './loose-json.ts'
import { ownToolCommand } from './own-tool-command.ts'
import { isRecord, readWorkspace } from './read-workspace.ts'
import type { Package, Refusal, RepositoryFacts, RepositoryFiles } from './repository.ts'

const readAlways =
  /(^|\/)(fly(\.\w+)?\.toml|vercel\.json|\.vercel\/project\.json|supabase\/config\.toml|([\w-]+\.)?Dockerfile|package\.json|index\.html|turbo\.jsonc?|nx\.json|tsconfig\.json|schema\.prisma|migration_lock\.toml|(next|vite|vitest|jest|playwright|cypress|eslint|biome|prettier)\.config\.\w+|biome\.jsonc?|\.eslintrc[\w.]*|\.oxlintrc\.json)$/
const readAtTop =
  /^(\.gitignore|\.editorconfig|\.prettierrc(\.\w+)?|\.?dprint\.jsonc?|\.oxfmtrc\.jsonc?|\.eslintrc[\w.]*|render\.yaml|fly\.toml|Dockerfile|Procfile|(docker-)?compose\.ya?ml|pnpm-workspace\.yaml|pnpm-lock\.yaml|\.nvmrc|\.node-version|\.tool-versions|mise\.toml|README\.md|gantry\.config\.ts)$/
const source = /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs|vue|svelte|astro)$/
const notSource = /(^|\/)(node_modules|dist|build|\.next|coverage|vendor)\/|\.min\.js$|\.d\.ts$/

/** Which files must be read for `describeRepository`; of all others only the path counts. */
export const isRead = (path: string, base = ''): boolean =>
  (base !== '' && path.startsWith(`${base}/`) && isRead(path.slice(base.length + 1))) ||
  readAtTop.test(path) ||
  readAlways.test(path) ||
  /^\.github\//i.test(path) ||
  /(^|\/)\.env\.example$/.test(path) ||
  readsEnvironment(path) ||
  (source.test(path) && !notSource.test(path))

/**
 * Everything Gantry wants to know of a pnpm repository, from its files alone. Nothing is run and nothing is guessed
 * silently: what was unclear stands in `notes`.
 *
 * @example describeRepository({ folder: 'shop', paths, texts, defaultBranch: 'main' })
 */
export function describeRepository(files: RepositoryFiles): RepositoryFacts | Refusal {
  const { base = '' } = files
  const inner = base === '' ? files : filesBelow(files, base)
  const workspace = readWorkspace(inner)
  if ('reason' in workspace) return workspace
  const { root, packages, manifest, settings } = workspace
  const pnpm = choosePnpm(inner, manifest, settings)
  const { node, notes } = chooseNode(inner, manifest, [root, ...packages], pnpm)
  const paths = new Set(inner.paths)
  const allPaths = new Set(files.paths)
  const turbo = turboTasks(inner)
  const migrations = findMigrations(inner)
  const command = migrations ? ownToolCommand(inner, migrations) : null
  const hasLockfile = paths.has('pnpm-lock.yaml')
  return {
    name: root.name.replace(/^@[^/]+\//, ''),
    defaultBranch: files.defaultBranch,
    ...(files.github !== undefined && { github: files.github }),
    base,
    root,
    packages,
    pnpm,
    node,
    hasLockfile,
    ...(turbo !== undefined && { turbo }),
    hasNx: paths.has('nx.json'),
    hasChangesets: paths.has('.changeset/config.json'),
    ...(migrations !== undefined && { migrations }),
    ...(command !== null && { migrationCommand: { ...command, dir: fromTop(base, command.dir) } }),
    jobEnv: hookSwitches(root, inner.paths),
    standIns: prismaPlaces(inner),
    env: envNames(
      files,
      [root, ...packages].map(({ dir }) => fromTop(base, dir)),
    ),
    workflowNames: workflowNames(files),
    envExamples: examplesIn(files),
    hidesExample: files.hidesExample ?? false,
    variables: files.variables ?? {},
    workflows: files.paths.flatMap(path => /^\.github\/workflows\/([^/]+\.ya?ml)$/.exec(path)?.[1] ?? []),
    has: path => paths.has(path),
    text: path => inner.texts.get(path),
    hasAtTop: path => allPaths.has(path),
    textAtTop: path => files.texts.get(path),
    sources: (dir, without) => sourcesBelow(inner, dir, without),
    notes: [
      ...workspace.notes,
      ...notes,
      ...(hasLockfile ? [] : ['pnpm-lock.yaml is not there: commit it, so that every run installs the same packages']),
    ],
  }
}

/** The files of a workspace as if its folder were the top. */
function filesBelow(files: RepositoryFiles, base: string): RepositoryFiles {
  const own = (path: string): string[] => (path.startsWith(`${base}/`) ? [path.slice(base.length + 1)] : [])
  const texts = [...files.texts].flatMap(([path, text]) => own(path).map((each): [string, string] => [each, text]))
  return { ...files, paths: files.paths.flatMap(own), texts: new Map(texts) }
}

const sourcesBelow = ({ texts }: RepositoryFiles, dir: string, without: readonly string[] = []): string[] =>
  [...texts]
    .filter(([path]) => source.test(path) && !isTestFile(path))
    .filter(([path]) => dir === '.' || path.startsWith(`${dir}/`))
    .filter(([path]) => !without.some(other => path.startsWith(`${other}/`)))
    .map(([, text]) => text)

/** `tasks` of turbo 2, `pipeline` of turbo 1, comments and trailing commas allowed. */
function turboTasks(files: RepositoryFiles): RepositoryFacts['turbo'] {
  const text = files.texts.get('turbo.json') ?? files.texts.get('turbo.jsonc')
  if (text === undefined) return undefined
  const tasks = new Map<string, readonly string[]>()
  const json = looseJson(text)
  const table = isRecord(json) ? (json['tasks'] ?? json['pipeline']) : undefined
  for (const [name, task] of Object.entries(isRecord(table) ? table : {})) {
    const waits = isRecord(task) && Array.isArray(task['dependsOn']) ? task['dependsOn'].map(String) : []
    tasks.set(name, waits)
  }
  return tasks
}

/**
 * Every command of Prisma 7 fails where its config names a variable that is not there, `prisma generate` of a `postinstall` too,
 * which asks no database: https://www.prisma.io/docs/orm/reference/prisma-config-reference
 */
function prismaPlaces({ texts }: RepositoryFiles): Record<string, string> {
  const names = [...texts].flatMap(([path, text]) =>
    prismaConfig.test(path) && text.includes('prisma/config')
      ? [...text.matchAll(/\benv(?:<[^>]*>)?\(\s*['"`](\w+)['"`]\s*\)/g)].map(([, name = '']) => name)
      : [],
  )
  return Object.fromEntries(names.map(name => [name, 'postgresql://nobody@localhost/none']))
}

const prismaConfig = /(^|\/)(prisma\.config|\.config\/prisma)\.[cm]?[jt]s$/

/** Git hooks are for people: no tool may write into `.git/hooks` of a run. */
function hookSwitches(root: Package, paths: readonly string[]): Record<string, string> {
  const uses = (tool: string) =>
    root.dependencies.has(tool) || Object.values(root.scripts).some(script => script.includes(tool))
  return {
    ...((uses('husky') || paths.some(path => path.startsWith('.husky/'))) && { HUSKY: '0' }),
    ...(uses('lefthook') && { LEFTHOOK: '0' }),
    ...(uses('simple-git-hooks') && { SKIP_SIMPLE_GIT_HOOKS: '1', SKIP_INSTALL_SIMPLE_GIT_HOOKS: '1' }),
  }
}
