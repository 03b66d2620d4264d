// Makes each sample repository of packages/init/src/shapes for real, lets `gantry init` loose on a fresh clone
// of it, and asks whether everything is green at once: lint, env check, doctor, the repository's own commands and
// `gantry ci`. Then it seeds faults, and each has to turn its judge red.
// gantry-ignore-file undeclared: it seeds a name that nobody declared
//   node tools/try-shapes.ts [--quick] [name …]     --quick: the three that are tried in every run

import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { shapes } from '../packages/init/src/shapes/index.ts'
import type { Shape } from '../packages/init/src/shapes/shape.ts'
import { toolCall } from './tool-call.ts'

const root = join(import.meta.dirname, '..')
/** GANTRY names another one than this checkout's: try-package.ts gives it the installed one. */
const gantry = `'${process.execPath}' '${process.env['GANTRY'] ?? join(root, 'apps/cli/src/main.ts')}'`
const limitMs = 8 * 60_000
const top = mkdtempSync(join(tmpdir(), 'gantry-shapes-'))
let env: NodeJS.ProcessEnv = {}
let passed = 0
let failed = 0
const { has, names } = toolCall({
  usage: 'node tools/try-shapes.ts [--quick] [name …]',
  about: 'Makes sample repositories, lets `gantry init` loose on each, and tries whether everything is green at once.',
  flags: { quick: 'the three that are tried in every run' },
  names: shapes.map(({ name }) => name),
})
const isWanted = ({ name, isQuick = false }: Shape): boolean =>
  names.length > 0 ? names.includes(name) : isQuick || !has('quick')

try {
  for (const shape of shapes.filter(isWanted)) {
    process.stdout.write(`${shape.name}\n`)
    const startedAt = Date.now()
    try {
      tryShape(shape)
    } catch (cause) {
      say('was set up', false, cause instanceof Error ? cause.message : String(cause))
    }
    process.stdout.write(`  in ${Math.round((Date.now() - startedAt) / 1_000)} s\n`)
  }
} finally {
  if (process.env['KEEP'] === undefined) rmSync(top, { recursive: true, force: true, maxRetries: 3 })
  else process.stdout.write(`kept: ${top}\n`)
}
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)

function tryShape(shape: Shape): void {
  const dir = join(top, shape.name)
  env = environment(shape)
  const written = `${dir}-written`
  write(written, shape.files)
  must('pnpm install --no-frozen-lockfile', join(written, shape.folder ?? ''))
  must('git init --quiet --initial-branch main', written)
  commit(written, 'As its people wrote it')
  must(`git clone --quiet '${written}' '${dir}'`, top)
  // As somebody who just cloned it: nothing is installed that could be asked for its style.
  is('gantry init', shell(`${gantry} init --yes`, dir), 0)
  commit(dir, 'Add Gantry')
  is('a second init has nothing to write', shell(`${gantry} init --yes`, dir), 0, /nothing to write/)
  is('gantry lint', shell(`${gantry} lint`, dir), 0)
  is('gantry env check', shell(`${gantry} env check`, dir), 0, /nothing is missing, shared or leaked|0 errors/)
  is('gantry doctor', shell(`${gantry} doctor`, dir), 0)
  for (const command of shape.byHand) is(command, shell(command, join(dir, shape.folder ?? '')), 0)
  is('init after installing has nothing to write', shell(`${gantry} init --yes`, dir), 0, /nothing to write/)
  is('gantry ci', shell(`${gantry} ci --fresh`, dir), 0)
  trySeeds(shape, dir)
}

/** Each fault has to be found by the one it is meant for. */
function trySeeds(shape: Shape, dir: string): void {
  const seeded = (files: Record<string, string>, what: string, command: string, code: number, has: RegExp) => {
    write(dir, files)
    is(`red: ${what}`, shell(command, dir), code, has)
    must('git checkout --quiet . && git clean -fdq', dir)
  }
  const code = { [join(shape.folder ?? '', 'seeded.ts')]: 'export const seeded = process.env.SEEDED_NAME\n' }
  seeded(code, 'a name that nobody declared', `${gantry} env check`, 1, /SEEDED_NAME is read here/)
  const job = `on: push\njobs:\n  a:\n    needs: gone\n    runs-on: ubuntu-latest\n    steps: [{ run: 'true' }]\n`
  seeded({ '.github/workflows/seeded.yml': job }, 'a workflow GitHub refuses', `${gantry} lint`, 1, /seeded\.yml/)
  seeded(
    { '.github/workflows/ci.yml': 'on: 1\n' },
    'a ci.yml that cannot be read',
    `${gantry} doctor`,
    1,
    /✗ .*ci\.yml/,
  )
  write(join(dir, shape.folder ?? ''), shape.broken)
  const byHand = shape.byHand.map(command => shell(command, join(dir, shape.folder ?? '')).status)
  say(
    'red: the fault, by hand',
    byHand.some(status => status !== 0),
    `exit codes: ${byHand.join(', ')}`,
  )
  // Without --fresh: what was restored may not hide it.
  const at = new RegExp(`failure .*${shape.brokenAt}$`, 'm')
  is(`red: the fault, by gantry ci at "${shape.brokenAt}"`, shell(`${gantry} ci`, dir), 1, at)
}

interface Answer {
  status: number
  all: string
}

function is(what: string, { status, all }: Answer, code: number, has = /(?:)/): void {
  say(what, status === code && has.test(all), `exit code ${status}:\n${all.trim().split('\n').slice(-40).join('\n')}`)
}

function say(what: string, isRight: boolean, seen: string): void {
  if (isRight) passed++
  else failed++
  process.stdout.write(`  ${isRight ? 'ok  ' : 'FAIL'}  ${what}\n`)
  if (!isRight) process.stdout.write(`${seen.replace(/^/gm, '        ')}\n`)
}

function shell(command: string, cwd: string): Answer {
  const options = { cwd, env, encoding: 'utf8', timeout: limitMs, maxBuffer: 1 << 28 } as const
  const { status, stdout, stderr, error } = spawnSync('sh', ['-c', command], options)
  return { status: status ?? 1, all: `${stdout}${stderr}${error?.message ?? ''}` }
}

function must(command: string, cwd: string): void {
  const { status, all } = shell(command, cwd)
  if (status !== 0) throw new Error(`${command}: ${all.trim().split('\n').slice(-40).join('\n')}`)
}

function write(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
}

function commit(dir: string, message: string): void {
  const identity = '-c user.name=Try -c user.email=try@example.com -c core.hooksPath=/dev/null'
  must(`git add --all && git ${identity} commit --quiet -m "${message}"`, dir)
}

/** As a person of that repository has it: the node that runs this and the pinned pnpm, else a 10; nothing of our workspace. */
function environment({ name, files, folder = '' }: Shape): NodeJS.ProcessEnv {
  const [, pinned = '10.34.9'] = /"pnpm@([\d.]+)"/.exec(files[join(folder, 'package.json')] ?? '') ?? []
  const bin = join(top, `${name}-commands`)
  mkdirSync(bin, { recursive: true })
  const link = (command: string, file: string) => {
    writeFileSync(join(bin, command), `#!/bin/sh\nexec '${file}' "$@"\n`)
    chmodSync(join(bin, command), 0o755)
  }
  link('node', process.execPath)
  link('pnpm', pnpmOf(pinned))
  const own = Object.entries(process.env).filter(([each]) => !/^(npm_|GANTRY_|NODE_(OPTIONS|PATH|ENV)$)/i.test(each))
  const registry = Object.entries(process.env).filter(([each]) =>
    /^npm_config_(registry|cafile|.*proxy|store)/i.test(each),
  )
  // A run that failed is kept, to go on with; here it goes with the rest.
  const folders = { XDG_CACHE_HOME: join(top, 'cache'), TMPDIR: join(top, 'tmp') }
  mkdirSync(folders.TMPDIR, { recursive: true })
  return {
    ...Object.fromEntries([...own, ...registry]),
    ...folders,
    CI: 'true',
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
  }
}

/** Installed once for all that pin it. */
function pnpmOf(version: string): string {
  const folder = join(top, `pnpm-${version}`)
  const program = join(folder, 'node_modules/.bin/pnpm')
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  const npm = spawnSync('npm', ['install', '--silent', '--prefix', folder, `pnpm@${version}`], { encoding: 'utf8' })
  if (npm.status !== 0) throw new Error(`npm install pnpm@${version}: ${npm.stderr}`)
  return program
}
