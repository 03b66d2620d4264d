import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { contentsOf, findOwnPnpm, type Machine, runWorkflow, workingTreeSource } from '@gantry/runner'
import { gitRepository, tempFolder, testMachine, writeFiles } from '@gantry/runner/testing'
import { planRun, readWorkflow } from '@gantry/workflow'
import { testFacts } from '@gantry/workflow/testing'
import { folderCache } from '../folder-cache.ts'
import { findViewer } from '../task/view/viewer.ts'

/** Elsewhere all files count, and what is restored after a change is nothing. */
export const hasViewer = (await findViewer(tempFolder())) !== undefined
const pnpm = findOwnPnpm()?.folder ?? ''
const PATH = [pnpm, process.env['PATH']].join(delimiter)

export interface Package {
  scripts: Record<string, string>
  needs?: string[]
  files?: Record<string, string>
}

/** A workspace with a lockfile, by folder below `packages`; the name is `@x/` and the last word of it. */
export function monorepo(packages: Record<string, Package>, files: Record<string, string> = {}) {
  const own = Object.entries(packages).flatMap(([folder, { scripts, needs = [], files: more = {} }]) => {
    const dependencies = Object.fromEntries(needs.map(need => [need, 'workspace:*']))
    const manifest = JSON.stringify({ name: `@x/${folder.split(' ').at(-1)}`, version: '1.0.0', scripts, dependencies })
    const all = { 'package.json': manifest, [`${folder}.txt`]: '', ...more }
    return Object.entries(all).map(([path, text]) => [`packages/${folder}/${path}`, text])
  })
  const { path: dir } = gitRepository({
    '.gitignore': 'node_modules\ndist\n',
    'package.json': '{ "name": "root", "private": true }',
    'pnpm-workspace.yaml': "packages: ['packages/*']\npmOnFail: ignore\nverifyDepsBeforeRun: false\n",
    ...Object.fromEntries(own),
    ...files,
  })
  const needs = Object.entries(packages).map(([folder, own]) => [folder, own.needs ?? []])
  install(dir, Object.keys(packages), JSON.stringify([needs, files]))
  const marks = join(tempFolder(), 'marks')
  writeFileSync(marks, '')
  return { dir, marks, memoryDir: tempFolder(), now: () => new Date() }
}

const installed = new Map<string, string>()

/** As pnpm does it. It is asked once for all that have the same packages with the same needs: what it leaves tells of nothing else. */
function install(dir: string, folders: string[], key: string): void {
  const parts = ['pnpm-lock.yaml', 'node_modules', ...folders.map(folder => `packages/${folder}/node_modules`)]
  const copy = (from: string, to: string) => {
    for (const part of parts.filter(each => existsSync(join(from, each))))
      cpSync(join(from, part), join(to, part), { recursive: true, verbatimSymlinks: true })
  }
  const known = installed.get(key)
  if (known) {
    copy(known, dir)
    return
  }
  execFileSync('pnpm', ['install', '--offline', '--no-frozen-lockfile'], { cwd: dir, env: { ...process.env, PATH } })
  const kept = tempFolder()
  copy(dir, kept)
  installed.set(key, kept)
}

export type Place = ReturnType<typeof monorepo>

interface Circumstances {
  sha?: string
  /** Steps before the others. */
  before?: object[]
  /** The condition of every step. */
  when?: string
  hasCache?: boolean
  viewer?: typeof findViewer
}

/**
 * Runs the steps in one job, and answers what the cache said of each script and which of them really ran.
 */
export async function ci(
  place: Place,
  steps: string | string[],
  machine: Partial<Machine> = {},
  { sha = testFacts.sha, before = [], when = 'success()', hasCache = true, viewer }: Circumstances = {},
) {
  const runs = [steps].flat().map(run => ({ if: when, run }))
  const text = JSON.stringify({
    on: 'push',
    jobs: {
      a: {
        'runs-on': 'ubuntu-latest',
        steps: [
          { uses: 'actions/checkout@v4' },
          { run: 'pnpm install --offline --frozen-lockfile' },
          ...before,
          ...runs,
        ],
      },
    },
  })
  const workflow = readWorkflow('ci.yml', text)
  const state = planRun(workflow, { ...testFacts, sha, id: `run-${Math.random()}`, now: new Date() })
  writeFileSync(place.marks, '')
  const said: Record<string, string> = {}
  const whole = testMachine({
    source: workingTreeSource(place.dir),
    toolDir: place.memoryDir,
    cacheDir: join(place.memoryDir, '.cache'),
    env: { PATH, HOME: place.memoryDir, MARKS: place.marks },
    ...(hasCache && {
      cache: folderCache({
        ...{ dir: place.memoryDir, now: place.now, hidden: [place.dir] },
        contents: () => contentsOf(place.dir),
        ...(viewer && { viewer }),
      }),
    }),
    recalledTask(_, { task, package: of, isHit, reason }) {
      said[`${task} ${of}`] = isHit ? 'restored' : reason
    },
    ...machine,
  })
  const run = await runWorkflow(workflow, state, whole)
  const lines = whole.events.flatMap(event => (event.kind === 'log' ? event.lines.map(({ text: line }) => line) : []))
  const ran = readFileSync(place.marks, 'utf8').split('\n').filter(Boolean).sort()
  return { said, ran, lines, conclusion: run.conclusion, job: run.jobs[0] }
}

export const change = (place: Place, path: string, text = `${Math.random()}\n`) =>
  writeFiles(place.dir, { [path]: text })
export const never = 'it has not succeeded here before'
/** A command that leaves a word where the test sees it. */
export const mark = (name: string) => `echo ${name} >> "$MARKS"`
