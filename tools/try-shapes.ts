// Opt-in, minutes long: makes each sample repository of packages/workflow/src/generate/shapes for real, lets
// `gantry init` loose on it, and compares `gantry ci` with the same commands typed by hand, once sound and once broken.
//   node tools/try-shapes.ts [name …]

import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { shapes } from '../packages/workflow/src/generate/shapes/index.ts'
import type { Shape } from '../packages/workflow/src/generate/shapes/shape.ts'

/** GANTRY names another one than this checkout's: try-package.ts gives it the installed one. */
const gantry = process.env['GANTRY'] ?? join(import.meta.dirname, '../apps/cli/src/main.ts')
const limitMs = 8 * 60_000
const top = mkdtempSync(join(tmpdir(), 'gantry-shapes-'))
let env: NodeJS.ProcessEnv = {}
const asked = process.argv.slice(2)
let failed = 0
try {
  for (const shape of shapes.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
    const faults = tryShape(shape)
    if (faults.length > 0) failed++
    for (const fault of faults) process.stdout.write(`  not as expected: ${fault}\n`)
  }
} finally {
  if (process.env['KEEP'] === undefined) rmSync(top, { recursive: true, force: true, maxRetries: 3 })
  else process.stdout.write(`kept: ${top}\n`)
}
process.exit(failed === 0 ? 0 : 1)

function tryShape(shape: Shape): string[] {
  process.stdout.write(`${shape.name}\n`)
  const dir = join(top, shape.name)
  env = { ...process.env, CI: 'true', PATH: `${commandsFor(shape)}:${process.env['PATH'] ?? ''}` }
  write(dir, shape.files)
  const install = shell('pnpm install --no-frozen-lockfile', dir)
  if (install.status !== 0) return [`pnpm install: ${install.said}`]
  commit(dir, 'As its people wrote it', 'init')
  const first = shell(`node ${gantry} init --yes --json`, dir)
  if (first.status !== 0) return [`gantry init: exit code ${first.status}: ${first.said}`]
  commit(dir, 'Add Gantry')
  const faults: string[] = []
  const again = shell(`node ${gantry} init --yes`, dir)
  if (!again.all.includes('nothing to write')) faults.push(`a second init changes something: ${again.said}`)
  faults.push(...compare(shape, dir, 'sound', 0))
  write(dir, shape.broken)
  commit(dir, 'Break it')
  faults.push(...compare(shape, dir, 'broken', 1))
  return faults
}

/** The verdict of people and of Gantry about the same commit, each in a copy of its own. */
function compare(shape: Shape, dir: string, state: string, expected: 0 | 1): string[] {
  const copy = `${dir}-${state}`
  shell(`git clone --quiet ${dir} ${copy}`, top)
  const byHand = inTurn(shape.byHand, copy)
  const started = Date.now()
  const ci = shell(`node ${gantry} ci`, dir)
  const seconds = Math.round((Date.now() - started) / 1_000)
  const words = (status: number) => (status === 0 ? 'passes' : 'fails')
  process.stdout.write(
    `  ${state}: by hand ${words(byHand.status)}${byHand.at}, gantry ci ${words(ci.status)} in ${seconds} s\n`,
  )
  return [
    ...(Number(byHand.status !== 0) === expected ? [] : [`by hand, ${state}: ${byHand.said}`]),
    ...(expected === 0 || new RegExp(`failure .*${shape.brokenAt}$`, 'm').test(ci.all)
      ? []
      : [`gantry ci failed elsewhere: ${ci.said}`]),
    ...(Number(ci.status !== 0) === expected ? [] : [`gantry ci, ${state}: ${ci.said}`]),
  ]
}

function inTurn(commands: readonly string[], dir: string): { status: number; said: string; at: string } {
  for (const command of commands) {
    const { status, said } = shell(command, dir)
    if (status !== 0) return { status, said, at: ` at \`${command}\`` }
  }
  return { status: 0, said: '', at: '' }
}

function shell(command: string, cwd: string): { status: number; said: string; all: string } {
  const { status, stdout, stderr, error } = spawnSync('sh', ['-c', command], {
    cwd,
    env,
    encoding: 'utf8',
    timeout: limitMs,
  })
  const all = `${stdout}${stderr}${error?.message ?? ''}`
  return { status: status ?? 1, all, said: all.trim().split('\n').slice(-40).join('\n    ') }
}

function write(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
}

function commit(dir: string, message: string, init?: 'init'): void {
  if (init) shell('git init --quiet --initial-branch main', dir)
  const identity = '-c user.name=Try -c user.email=try@example.com -c core.hooksPath=/dev/null'
  const { status, said } = shell(`git add --all && git ${identity} commit --quiet -m "${message}"`, dir)
  if (status !== 0) throw new Error(`git commit: ${said}`)
}

/** A folder with the node that runs this and the pnpm a person of that repository has: the pinned one, else a 10. */
function commandsFor({ name, files }: Shape): string {
  const [, pinned = '10.34.9'] = /"pnpm@([\d.]+)"/.exec(files['package.json'] ?? '') ?? []
  const folder = join(top, `${name}-commands`)
  mkdirSync(folder, { recursive: true })
  const npm = spawnSync('npm', ['install', '--silent', '--prefix', folder, `pnpm@${pinned}`], { encoding: 'utf8' })
  if (npm.status !== 0) throw new Error(`npm install pnpm@${pinned}: ${npm.stderr}`)
  const bin = join(folder, 'node_modules/.bin')
  writeFileSync(join(bin, 'node'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`)
  chmodSync(join(bin, 'node'), 0o755)
  return bin
}
