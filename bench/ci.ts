import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Benchmark, median, type Row, seconds } from './row.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '..')
const published = join(root, 'apps/cli/dist/main.mjs')
const pnpm = createRequire(join(root, 'packages/runner/package.json')).resolve('pnpm/package.json')
const { version: pnpmVersion }: { version: string } = JSON.parse(readFileSync(pnpm, 'utf8'))
const path = [dirname(process.execPath), dirname(pnpm), process.env['PATH']].join(delimiter)
// A daemon of turbo's would outlive the measurement.
const env = { ...process.env, PATH: path, TURBO_DAEMON: 'false', TURBO_TELEMETRY_DISABLED: '1' }
const turbo = 'turbo@2.11.11'
// pnpm is the one beside it; nothing is asked of the registry while time is taken.
const bareTurbo = ['--dangerously-disable-package-manager-check']
const packages = 20
const jobs = 500
const rounds = 3

/**
 * `gantry ci` as people have it, from the published build: without a change and after one, beside turbo; many jobs; start-up.
 * Where nothing can hide the rest of the tree from a script, all of them run after a change.
 */
export const benchmark: Benchmark = {
  name: 'ci',
  async measure() {
    await run(process.execPath, [join(root, 'apps/cli/build.ts')], { env })
    const top = await mkdtemp(join(tmpdir(), 'gantry-bench-ci-'))
    const tool = join(top, 'turbo')
    try {
      await mkdir(tool)
      await run('npm', ['install', '--silent', '--prefix', tool, turbo], { env })
      return [
        ...(await unchanged(join(top, 'monorepo'), tool)),
        ...(await oneChange(join(top, 'working'), tool)),
        ...(await manyJobs(join(top, 'many'))),
        ...(await startUp(join(top, 'one'))),
      ]
    } finally {
      await rm(top, { recursive: true, force: true, maxRetries: 3 })
    }
  },
}

/** The same lint, test and build of the same files by both, each once from nothing and then without a change. */
async function unchanged(dir: string, tool: string): Promise<Row[]> {
  await install(dir, monorepo())
  const cold = await timed(() => gantry(dir, 'ci', '--json'))
  const warm = await times(() => gantry(dir, 'ci', '--json'))
  const changed = await times(async () => {
    await change(dir)
    return restoring(dir)
  })
  await showToTurbo(dir)
  const turboCold = await timed(() => byTurbo(dir, tool))
  const turboWarm = await times(() => byTurbo(dir, tool))
  const turboChanged = await times(async () => {
    await change(dir)
    return byTurbo(dir, tool)
  })
  return [
    beside(`gantry ci, ${packages} packages, from nothing`, cold),
    asTurbo('gantry ci again, no change', warm, turboWarm),
    asTurbo(
      `gantry ci after a change in one package (${restored} of ${3 * packages} tasks restored)`,
      changed,
      turboChanged,
    ),
    beside(`${turbo} run lint test build, from nothing`, turboCold),
    beside(`${turbo} run lint test build again, no change`, turboWarm),
    beside(`${turbo} run lint test build after a change in one package`, turboChanged),
  ]
}

/** The same, but each task works for about half a second, as tasks of people do at least. */
async function oneChange(dir: string, tool: string): Promise<Row[]> {
  await install(dir, monorepo('node ../../work.mjs && '))
  const cold = await timed(() => gantry(dir, 'ci', '--json'))
  const changed = await times(async () => {
    await change(dir)
    return restoring(dir)
  })
  await showToTurbo(dir)
  const turboCold = await timed(() => byTurbo(dir, tool))
  const turboChanged = await times(async () => {
    await change(dir)
    return byTurbo(dir, tool)
  })
  const each = 'tasks of about 0.5 s'
  return [
    beside(`gantry ci, ${each}, from nothing`, cold),
    asTurbo(`gantry ci, ${each}, after a change in one package`, changed, turboChanged),
    beside(`${turbo} run, ${each}, from nothing`, turboCold),
    beside(`${turbo} run, ${each}, after a change in one package`, turboChanged),
  ]
}

/** How much longer than turbo it may take for the same. */
const most = 1.2

const asTurbo = (what: string, ms: number, turboMs: number): Row => ({
  what,
  measured: `${seconds(ms)} = ${(ms / turboMs).toFixed(2)} x`,
  target: `≤ ${most} x turbo`,
  isMet: ms <= most * turboMs,
})

const beside = (what: string, ms: number): Row => ({ what, measured: seconds(ms), target: '(beside it)', isMet: true })

async function install(dir: string, files: Record<string, string>): Promise<void> {
  await write(dir, files)
  await run('pnpm', ['install', '--no-frozen-lockfile'], { cwd: dir, env })
  await commit(dir)
}

/** One package, which one other depends on. */
const change = (dir: string) => write(dir, { 'packages/p0/src/main.mjs': `export const value = ${Date.now()}\n` })
/** All but lint, test and build of those two. */
const restored = 3 * packages - 6

/** `gantry ci` of which nothing runs but what the change reaches. */
async function restoring(dir: string): Promise<void> {
  const { stdout } = await gantry(dir, 'ci', '--json')
  const tasks = stdout.split('\n').filter(line => line.startsWith('{"kind":"task"'))
  const missed = tasks.filter(line => line.includes('"isRestored":false'))
  if (tasks.length !== 3 * packages || tasks.length - missed.length !== restored)
    throw new Error(`expected ${restored} of ${3 * packages} tasks to be restored, got:\n${missed.join('\n')}`)
}

async function byTurbo(dir: string, tool: string): Promise<void> {
  const words = [...bareTurbo, 'run', 'lint', 'test', 'build']
  const { stdout } = await run(join(tool, 'node_modules/.bin/turbo'), words, { cwd: dir, env })
  const all = 3 * packages
  if (!stdout.includes(`${all} successful, ${all} total`))
    throw new Error(`expected ${all} tasks, turbo said ${stdout}`)
}

/** It finds the packages by it. */
const showToTurbo = (dir: string) =>
  write(dir, { 'package.json': manifest({ name: 'bench', private: true, packageManager: `pnpm@${pnpmVersion}` }) })

/** @param before every script, what it does first */
function monorepo(before = ''): Record<string, string> {
  const job = (script: string) => `  ${script}:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pnpm install --offline --frozen-lockfile
      - run: pnpm --recursive run ${script}
`
  const scripts = {
    lint: `${before}node ../../lint.mjs`,
    test: `${before}node --test src/*.test.mjs`,
    build: `${before}node ../../build.mjs`,
  }
  const files: Record<string, string> = {
    '.gitignore': 'node_modules\ndist\n.turbo\n.gantry\n',
    'package.json': manifest({ name: 'bench', private: true }),
    'pnpm-workspace.yaml': "packages:\n  - 'packages/*'\npmOnFail: ignore\nverifyDepsBeforeRun: false\n",
    'turbo.json': manifest({
      tasks: { lint: {}, test: { dependsOn: ['^build'] }, build: { dependsOn: ['^build'], outputs: ['dist/**'] } },
    }),
    'lint.mjs':
      "import { execFileSync } from 'node:child_process'\nexecFileSync('node', ['--check', 'src/main.mjs'])\n",
    'build.mjs': "import { cpSync } from 'node:fs'\ncpSync('src', 'dist', { recursive: true })\n",
    'work.mjs': "import { pbkdf2Sync } from 'node:crypto'\npbkdf2Sync('a', 'b', 1_000_000, 64, 'sha512')\n",
    '.github/workflows/ci.yml': `on: pull_request\njobs:\n${Object.keys(scripts).map(job).join('')}`,
  }
  for (let nth = 0; nth < packages; nth++) {
    // Ten that stand alone, and ten that need one of those.
    const needs = nth < packages / 2 ? null : `p${nth - packages / 2}`
    const dependencies = needs === null ? {} : { [needs]: 'workspace:*' }
    const imported = needs === null ? '' : `import { value as before } from '${needs}'\n`
    Object.assign(files, {
      [`packages/p${nth}/package.json`]: manifest({
        ...{ name: `p${nth}`, version: '1.0.0', type: 'module', exports: './src/main.mjs', scripts, dependencies },
      }),
      [`packages/p${nth}/src/main.mjs`]: `${imported}export const value = ${needs === null ? nth : `before + ${nth}`}\n`,
      [`packages/p${nth}/src/main.test.mjs`]: `import { ok } from 'node:assert'
import { test } from 'node:test'
import { value } from './main.mjs'
test('has a value', () => ok(Number.isInteger(value)))
`,
    })
  }
  return files
}

/** As many jobs as GitHub takes in two matrices of one file. */
async function manyJobs(dir: string): Promise<Row[]> {
  const nth = Array.from({ length: jobs / 2 }, (_, index) => index).join(', ')
  const job = (name: string) =>
    `  ${name}:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        nth: [${nth}]\n    steps:\n      - run: echo $\{{ matrix.nth }}\n`
  await write(dir, { 'many.yml': `on: push\njobs:\n${job('first')}${job('second')}` })
  await commit(dir)
  const peaks: number[] = []
  const total = await times(async () => {
    const { stdout } = await gantry(dir, 'run', 'many.yml', '--event', 'push', '--json')
    const ended = stdout.split('\n').filter(line => /"success"/.test(line)).length
    if (ended < jobs) throw new Error(`expected ${jobs} jobs to succeed, ${ended} lines say so`)
    peaks.push(Number(await readFile(join(dir, '.git/peak-kb'), 'utf8')) / 1024)
  })
  const peak = Math.max(...peaks)
  return [
    {
      what: `${jobs} jobs in one workflow, peak memory of gantry itself`,
      measured: `${peak.toFixed(0)} MB`,
      target: '< 300 MB',
      isMet: peak < 300,
    },
    { what: `${jobs} jobs of one step, whole command`, measured: seconds(total), target: '(none)', isMet: true },
  ]
}

async function startUp(dir: string): Promise<Row[]> {
  await write(dir, {
    'one.yml': 'on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n      - run: "true"\n',
  })
  await commit(dir)
  const bare = await times(() => run(process.execPath, ['-e', '0']))
  const one = await times(() => gantry(dir, 'run', 'one.yml', '--event', 'push', '--json'))
  const above = one - bare
  return [
    {
      what: 'gantry run, a job of one empty step, above a bare node',
      measured: `${above.toFixed(0)} ms`,
      target: '≤ 300 ms',
      isMet: above <= 300,
    },
  ]
}

/** Leaves its own peak behind, for what a parent is told of a child counts the parent too. */
const notesPeak = `data:text/javascript,${encodeURIComponent(`
import { readFileSync, writeFileSync } from 'node:fs'
process.on('exit', () => {
  let kb = process.resourceUsage().maxRSS
  try { kb = /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1] } catch {}
  writeFileSync('.git/peak-kb', String(kb))
})`)}`

const gantry = (cwd: string, ...words: string[]) =>
  run(process.execPath, ['--import', notesPeak, published, ...words], {
    cwd,
    // Nothing remembered but by the round before.
    env: { ...env, XDG_CACHE_HOME: `${cwd}-cache` },
    maxBuffer: 64 << 20,
  })

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

async function times(work: () => Promise<unknown>): Promise<number> {
  const each: number[] = []
  for (let round = 0; round < rounds; round++) each.push(await timed(work))
  return median(each)
}

const manifest = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

async function write(dir: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
}

async function commit(dir: string): Promise<void> {
  await run('git', ['init', '--quiet', '--initial-branch', 'main'], { cwd: dir })
  await run('git', ['add', '--all'], { cwd: dir })
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@gantry.example']
  await run('git', [...identity, 'commit', '--quiet', '-m', 'bench'], { cwd: dir })
}
