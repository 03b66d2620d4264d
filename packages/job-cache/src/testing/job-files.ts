import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { RecalledTask, ScriptFolders } from '@gantry/core'
import { folderCache } from '../folder-cache.ts'
import type { findViewer } from '../task/view/viewer.ts'

export interface TestPackage {
  scripts: Record<string, string>
  /** Folders of other packages below `packages`. */
  needs?: readonly string[]
  /** By its path in the package. */
  files?: Record<string, string>
}

/** A workspace as text: nothing is installed and no repository is made, so that a run takes milliseconds. */
export interface TestTree {
  packages: Record<string, TestPackage>
  /** Files of no package. */
  files?: Record<string, string>
}

export interface ScriptRun {
  code: number
  out: string
  /** What its package holds afterwards, but for installed packages. */
  left: Record<string, string>
  /** `restored`, or why it ran. */
  said: string
  log: string[]
}

interface Circumstances {
  /** Where the cache is and jobs have their folders. */
  home: string
  /** Without it scripts run as pnpm runs them. */
  hasCache?: boolean
  viewer?: typeof findViewer
  now?: () => Date
  sha?: string
  env?: Record<string, string>
  hidden?: readonly string[]
}

let made = 0

/** Runs scripts, named as `<package> <script>`, one after the other in one step of a new job. */
export async function runScripts(
  tree: TestTree,
  scripts: readonly string[],
  { home, hasCache = true, viewer, now = () => new Date(), sha = 'aa', env = {}, hidden = [] }: Circumstances,
): Promise<ScriptRun[]> {
  const root = join(home, 'jobs', `job-${++made}`)
  const folders = foldersIn(root)
  const files = layOut(tree, folders.workspace)
  const cache = folderCache({
    ...{ dir: join(home, 'cache'), now, hidden },
    contents: async () => ({ files, refs: '' }),
    ...(viewer && { viewer }),
  })
  const facts = { definition: {}, matrix: null, needs: {}, inputs: {}, settings: {}, env: {}, about: { sha } }
  // A job of its own each time: it is its scripts that are to be restored.
  const answer = await cache.recall({ job: `ci.yml ${made}`, ...facts })
  if (answer.kind === 'hit') throw new Error('expected a job that is not restored itself')
  const told: RecalledTask[] = []
  const log: string[] = []
  const shell = hasCache
    ? await answer.scripts.open({
        ...{
          jobId: 'a',
          number: 1,
          steps: [{ with: {}, run: 'pnpm' }],
          outcomes: [],
          folders,
          env: {},
          commandFiles: [],
        },
        ...{ mark: `NOBODY=${made}`, say: line => void log.push(line), holdsSecret: () => false },
        told: task => void told.push(task),
      })
    : undefined
  const program = shell?.env['npm_config_script_shell'] ?? 'sh'
  const runs: ScriptRun[] = []
  for (const each of scripts) {
    const [name = '', event = ''] = each.split(' ')
    const dir = join(folders.workspace, 'packages', name)
    const script = tree.packages[name]?.scripts[event] ?? ''
    const ended = await run(program, script, dir, { ...env, ...environmentOf(name, event, dir, folders, sha) })
    const last = told.at(-1)
    runs.push({ ...ended, left: leftIn(dir), said: last?.isHit ? 'restored' : (last?.reason ?? ''), log })
  }
  await shell?.end()
  rmSync(root, { recursive: true, force: true })
  return runs
}

function environmentOf(name: string, event: string, dir: string, folders: ScriptFolders, sha: string) {
  return {
    ...{ PATH: process.env['PATH'] ?? '', HOME: folders.home, PWD: dir, GITHUB_SHA: sha },
    ...{ npm_command: 'run-script', npm_config_user_agent: 'pnpm/12.0.0', npm_lifecycle_event: event },
    npm_package_name: `@x/${name}`,
  }
}

function run(
  shell: string,
  script: string,
  cwd: string,
  env: Record<string, string>,
): Promise<{ code: number; out: string }> {
  return new Promise(resolve => {
    execFile(shell, ['-c', script], { cwd, env }, (error, stdout) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, out: stdout }),
    )
  })
}

function foldersIn(root: string): ScriptFolders {
  const folder = (name: string): string => {
    mkdirSync(join(root, name), { recursive: true })
    return join(root, name)
  }
  return {
    ...{ root, workspace: folder('work'), temp: folder('temp'), files: folder('files'), npmPrefix: folder('npm') },
    ...{ home: folder('home'), bin: folder('bin'), extraPath: [] },
  }
}

/** As git and pnpm lay it out. Answers with the files people wrote. */
function layOut({ packages, files = {} }: TestTree, workspace: string): Map<string, string> {
  const names = Object.keys(packages)
  const importers = names.map(name => {
    const needs = packages[name]?.needs ?? []
    const links = needs.map(need => `      '@x/${need}': { specifier: 'workspace:*', version: link:../${need} }\n`)
    return `  packages/${name}: ${links.length === 0 ? '{}\n' : `\n    dependencies:\n${links.join('')}`}`
  })
  const all: Record<string, string> = {
    'package.json': '{ "name": "root", "private": true }',
    'pnpm-lock.yaml': `lockfileVersion: '9.0'\nimporters:\n  .: {}\n${importers.join('')}`,
    ...files,
  }
  for (const [name, { scripts, needs = [], files: own = {} }] of Object.entries(packages)) {
    const dependencies = Object.fromEntries(needs.map(need => [`@x/${need}`, 'workspace:*']))
    all[`packages/${name}/package.json`] = JSON.stringify({ name: `@x/${name}`, scripts, dependencies })
    for (const [path, text] of Object.entries(own)) all[`packages/${name}/${path}`] = text
  }
  for (const [path, text] of Object.entries({ ...all, '.git/HEAD': 'ref: refs/heads/main\n' })) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true })
    writeFileSync(join(workspace, path), text)
  }
  for (const [name, { needs = [] }] of Object.entries(packages)) {
    const scope = join(workspace, 'packages', name, 'node_modules/@x')
    mkdirSync(scope, { recursive: true })
    for (const need of needs) symlinkSync(`../../../${need}`, join(scope, need))
  }
  const idOf = (text: string): string => createHash('sha1').update(text).digest('hex')
  return new Map(Object.entries(all).map(([path, text]) => [path, `100644 ${idOf(text)}`]))
}

function leftIn(dir: string): Record<string, string> {
  const paths = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map(entry => join(entry.parentPath, entry.name))
  return Object.fromEntries(paths.sort().map(path => [relative(dir, path), readFileSync(path, 'utf8')]))
}
