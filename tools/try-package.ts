// Opt-in, minutes long: packs the command, installs the tarball in a fresh folder as people do, with npm and with pnpm,
// and tries what it promises with what was installed.
//   node tools/try-package.ts [npm] [pnpm] [--quick]     --quick: without the sample product and the ten repositories

import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunSummary } from '@gantry/core/api'
import manifest from '../apps/cli/package.json' with { type: 'json' }
import { requireChromium } from './chromium.ts'
import { toolCall } from './tool-call.ts'

const root = join(import.meta.dirname, '..')
const top = mkdtempSync(join(tmpdir(), 'gantry-package-'))
/** The one the workspace installs. */
const pnpm = [join(createRequire(join(root, 'packages/runner/package.json')).resolve('pnpm/package.json'), '../pnpm')]
const installers: Record<string, string[]> = { npm: ['npm', 'install', '--silent'], pnpm: [...pnpm, 'add'] }
const { has, names: asked } = toolCall({
  usage: 'node tools/try-package.ts [npm] [pnpm] [--quick]',
  about: 'Packs the command, installs it in a fresh folder as people do, and tries what it promises. It takes minutes.',
  flags: { quick: 'without the sample product and the ten repositories' },
  names: Object.keys(installers),
})
const limitMs = 45 * 60_000
const isQuick = has('quick')
let failed = 0
const promised = new Map([
  [installFromServer, 'its command is installed from it'],
  [runElsewhere, 'a runner in an empty folder executes a job of it'],
  [firstRun, 'the first push of the sample is checked and delivered'],
])

try {
  const packed = run([...pnpm, 'pack', '--pack-destination', top], join(root, 'apps/cli'))
  const tarball = join(top, readdirSync(top).find(name => name.endsWith('.tgz')) ?? '')
  say('packed as one tarball', packed.code === 0 && tarball !== top, packed.said)
  for (const name of asked.length > 0 ? asked : Object.keys(installers)) await tryInstalled(name, tarball)
} finally {
  if (process.env['KEEP'] === undefined) rmSync(top, { recursive: true, force: true, maxRetries: 3 })
  else process.stdout.write(`kept: ${top}\n`)
}
process.exit(failed === 0 ? 0 : 1)

async function tryInstalled(installer: string, tarball: string): Promise<void> {
  process.stdout.write(`${installer}\n`)
  const dir = join(top, installer)
  write(dir, { 'package.json': '{ "name": "fresh", "private": true }' })
  const install = run([...(installers[installer] ?? []), tarball], dir)
  say('installs', install.code === 0, install.said)
  if (install.code !== 0) return
  const gantry = join(dir, 'node_modules/.bin/gantry')
  const main = join(dir, 'node_modules/gantry/main.mjs')
  const version = run([gantry, '--version'], dir)
  say('--version', version.said === manifest.version, version.said)
  tryOldNode(main, dir)
  tryCommands(gantry, sampleRepository(join(dir, 'node_modules/gantry/sample'), join(dir, 'repository')))
  await tryServer(gantry, join(dir, 'bare'), ['--no-sample'], installFromServer)
  await tryServer(gantry, join(dir, 'elsewhere'), ['--no-sample'], runElsewhere)
  if (isQuick) return
  await tryServer(gantry, join(dir, 'with-sample'), [], firstRun)
  const shapes = run([process.execPath, join(root, 'tools/try-shapes.ts')], dir, { GANTRY: main })
  say('init, lint, env check, doctor and ci on the ten repositories', shapes.code === 0, shapes.said)
  process.stdout.write(`${shapes.said.replace(/^/gm, '      ')}\n`)
}

/** The same file, by a Node that calls itself an old one. */
function tryOldNode(main: string, dir: string): void {
  write(dir, { 'old.cjs': "Object.defineProperty(process.versions, 'node', { value: '20.19.0' })\n" })
  const { code, said } = run([process.execPath, '--require', join(dir, 'old.cjs'), main, 'ci'], dir)
  say('an old Node is told so', code === 3 && said.includes('NODE_TOO_OLD'), said)
}

/** What needs no server, in a repository with a config, workflows, a .env.example, reports and a key that leaked. */
function tryCommands(gantry: string, dir: string): void {
  const expect = (words: string, code: number, has: RegExp) => {
    const done = run([gantry, ...words.split(' ')], dir)
    say(words, done.code === code && has.test(done.said), `exit code ${done.code}: ${done.said}`)
  }
  expect('run .github/workflows/ci.yml --event push', 0, /scripted push[\s\S]*12\.\d+\.\d+[\s\S]*success/)
  expect('lint', 0, /ci\.yml[\s\S]*pin/i)
  expect('doctor --help', 0, /Usage: gantry doctor/)
  expect('doctor', 0, /✓ config/)
  expect('env check --no-leaks', 0, /\.env\.example/)
  write(dir, { 'leaked.txt': `key = "ghp_${'Ab1'.repeat(12)}"\n` })
  commit(dir, 'Leak')
  expect('env check', 1, /leaked\.txt/)
  expect('report --html pages --badge badge.svg', 0, /overall +50 %/)
  const page = run(['cat', 'pages/index.html', 'badge.svg'], dir).said
  say('its pages and its badge', page.includes('<table') && page.includes('<svg'), page.slice(0, 400))
  const loaded = run(['find', 'pages', '-name', 'prettify.js', '-o', '-name', 'base.css'], dir)
  say('the pages have what they load', loaded.said.split('\n').length === 2, loaded.said)
}

function sampleRepository(sample: string, dir: string): string {
  cpSync(sample, dir, { recursive: true, dereference: true })
  renameSync(join(dir, 'gitignore'), join(dir, '.gitignore'))
  // They read names that the server sets.
  rmSync(join(dir, '.github'), { recursive: true })
  const file = join(dir, 'apps/backend/src/api.ts')
  const location = { start: { line: 1, column: 0 }, end: { line: 1, column: 9 } }
  write(dir, {
    '.github/workflows/ci.yml': `name: ci
on: [push, pull_request]
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/github-script@v7
        with:
          script: core.info('scripted ' + context.eventName)
      - run: pnpm --version && gantry --version
  gate:
    if: always()
    needs: [one]
    runs-on: ubuntu-latest
    steps:
      - run: test '$\{{ needs.one.result }}' = success
`,
    'reports/coverage-final.json': JSON.stringify({
      [file]: {
        ...{ path: file, fnMap: {}, f: {}, branchMap: {}, b: {} },
        statementMap: { 0: location, 1: { ...location, start: { line: 2, column: 0 }, end: { line: 2, column: 4 } } },
        s: { 0: 1, 1: 0 },
      },
    }),
  })
  run(['git', 'init', '--quiet', '--initial-branch', 'main'], dir)
  commit(dir, 'The sample')
  return dir
}

/** `gantry up` until it is ready and its dashboard is served, then `then`, then Ctrl-C. */
async function tryServer(
  gantry: string,
  dir: string,
  flags: string[],
  then: (gantry: string, dir: string, url: string) => Promise<string | null>,
): Promise<void> {
  const what = ['up', ...flags].join(' ')
  // Its pipeline tests staging in a browser.
  const browser = then === firstRun ? { CHROMIUM_PATH: await requireChromium() } : {}
  mkdirSync(dir, { recursive: true })
  const child = spawn(gantry, ['up', '--json', '--port', '0', ...flags], { cwd: dir, env: environment(browser) })
  const ended = new Promise<number | null>(done => child.once('close', done))
  let out = ''
  let err = ''
  child.stdout.on('data', chunk => (out += chunk))
  child.stderr.on('data', chunk => (err += chunk))
  try {
    for (let tries = 0; !out.includes('\n') && child.exitCode === null && tries < 600; tries++) await sleep(100)
    const url: string = out === '' ? '' : JSON.parse(out).url
    say(`${what}: ready`, url !== '', err)
    if (url === '') return
    const page = await (await fetch(url)).text()
    const script = /src="([^"]+\.js)"/.exec(page)?.[1] ?? ''
    const loaded = await fetch(new URL(script, url))
    say(`${what}: the dashboard is served`, loaded.ok && page.includes('<title>'), page.slice(0, 200))
    const status = run([gantry, 'status'], dir)
    say(`${what}: status`, status.code === 0, status.said)
    const fault = await then(gantry, dir, url)
    say(`${what}: ${promised.get(then)}`, fault === null, fault ?? '')
  } finally {
    child.kill('SIGINT')
    const code = await Promise.race([ended, sleep(30_000).then(() => 'still there after 30 s')])
    say(`${what}: Ctrl-C`, code === 0, `${code}: ${err}`)
    if (child.exitCode === null) child.kill('SIGKILL')
  }
}

/** Null when a job that installs the command from this server has the very same one. */
async function installFromServer(gantry: string, dir: string, url: string): Promise<string | null> {
  const prefix = join(dir, 'installed')
  const install = run(['npm', 'install', '--silent', '--global', '--prefix', prefix, `${url}/gantry.tgz`], dir)
  if (install.code !== 0) return install.said
  const [own, installed] = [gantry, join(prefix, 'bin/gantry')].map(command => run([command, '--version'], dir).said)
  return own === installed ? null : `expected ${own}, got ${installed}`
}

/** Null when a runner of the installed command, in an empty folder, has executed a job that no other runner could. */
async function runElsewhere(gantry: string, dir: string, url: string): Promise<string | null> {
  const project = run([gantry, 'projects', 'add', 'shop'], dir)
  if (project.code !== 0) return project.said
  const added = run([gantry, 'runners', 'add', 'elsewhere', '--labels', 'elsewhere'], dir)
  if (added.code !== 0) return added.said
  const repository = join(dir, 'repository')
  const steps = `      - uses: actions/checkout@v4\n      - run: test -f here.txt && gantry --version\n`
  const job = `jobs:\n  a:\n    runs-on: elsewhere\n    steps:\n${steps}`
  write(repository, { 'here.txt': '', '.github/workflows/ci.yml': `name: ci\non: [push, pull_request]\n${job}` })
  run(['git', 'init', '--quiet', '--initial-branch', 'main'], repository)
  commit(repository, 'A job for a runner elsewhere')
  const remote = join(dir, '.gantry/projects/shop/repository.git')
  const pushed = run(['git', 'push', '--quiet', remote, 'HEAD:try'], repository)
  if (pushed.code !== 0) return pushed.said
  const folder = mkdtempSync(join(tmpdir(), 'gantry-runner-'))
  const token = { GANTRY_RUNNER_TOKEN: added.said.split('\n')[0] ?? '' }
  const took = run([gantry, 'runner', '--server', url, '--once', '--folder', folder], folder, token)
  const { said } = run([gantry, 'runs', '--json'], dir)
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  const [found]: RunSummary[] = JSON.parse(said).runs
  return took.code === 0 && found?.conclusion === 'success' ? null : `${took.said}\n${said}`
}

/** Null once `ci.yml` passed and `deploy.yml` tested staging and waits for a person; else what was last seen. */
async function firstRun(gantry: string, dir: string): Promise<string | null> {
  const deadline = Date.now() + 6 * 60_000
  for (;;) {
    const { said } = run([gantry, 'runs', '--json'], dir)
    const { runs }: { runs: RunSummary[] } = JSON.parse(said)
    const of = (workflow: string) => runs.find(({ workflowName }) => workflowName === workflow)
    const [checks, delivery] = [of('ci'), of('deploy')]
    if (checks?.conclusion === 'success' && delivery?.status === 'waiting') return null
    const ended = runs.find(({ status, conclusion }) => status === 'completed' && conclusion !== 'success')
    const job = ended?.jobs.find(({ conclusion }) => conclusion === 'failure')
    if (ended && job) return run([gantry, 'runs', 'log', ended.id, '--job', job.id], dir).said
    if (ended || Date.now() > deadline) return said
    await sleep(2_000)
  }
}

/** Without what pnpm told this process: people's shells know nothing of our workspace. Where a registry is, and whom to trust, stays. */
function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(execpath|lifecycle|package|node)|GANTRY_|NODE_(OPTIONS|PATH|ENV)$)/i.test(name),
  )
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
  return { ...Object.fromEntries(own), CI: 'true', PATH: path, ...more }
}

function run(command: string[], cwd: string, more: Record<string, string> = {}): { code: number; said: string } {
  const [program = '', ...args] = command
  const options = { cwd, env: environment(more), encoding: 'utf8', timeout: limitMs, maxBuffer: 1 << 28 } as const
  const { status, stdout, stderr, error } = spawnSync(program, args, options)
  return { code: status ?? -1, said: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim() }
}

function write(dir: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
}

function commit(dir: string, message: string): void {
  run(['git', 'add', '--all'], dir)
  const identity = ['-c', 'user.name=Try', '-c', 'user.email=try@example.com', '-c', 'core.hooksPath=/dev/null']
  const { code, said } = run(['git', ...identity, 'commit', '--quiet', '-m', message], dir)
  if (code !== 0) throw new Error(`git commit: ${said}`)
}

function say(what: string, isRight: boolean, seen: string): void {
  process.stdout.write(`  ${isRight ? 'ok  ' : 'FAIL'}  ${what}\n`)
  if (isRight) return
  failed++
  process.stdout.write(`${seen.split('\n').slice(-40).join('\n').replace(/^/gm, '        ')}\n`)
}
