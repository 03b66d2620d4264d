import { execFileSync } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig, loadConfigAt } from './load-config.ts'

const words = '@gantry/config'
const good = `
import { defineConfig, local } from '${words}'
const port: number = 1
export default defineConfig({
  project: 'tiny',
  services: { api: { path: '.', deploy: local({ kind: 'node', entry: 'server.mjs' }) } },
  environments: { staging: { on: 'main' } },
})`
const load = async (text: string, limits: { timeoutMs?: number } = {}) =>
  loadConfig(await folderOf({ 'gantry.config.ts': text }), limits)

test('reads a typed config, wherever the repository is', async () => {
  expect(await load(good)).toMatchObject({ project: 'tiny', services: { api: { needs: [] } } })
  expect(await load(good.replace(words, 'gantry/config'))).toMatchObject({ project: 'tiny' })
})

test('a config may import a file beside it, and may print', async () => {
  const dir = await folderOf({
    'gantry.config.ts': good
      .replace('const port', "import { name } from './name.ts'\nconsole.log('{\"config\":1}')\nconst port")
      .replace("'tiny'", 'name'),
    'name.ts': "export const name: string = 'other'",
  })
  expect(await loadConfig(dir)).toMatchObject({ project: 'other' })
})

test('sees nothing of our environment', async () => {
  process.env['OUR_SECRET'] = 'x'
  expect(await load(good.replace("'tiny'", "process.env.OUR_SECRET ?? 'none'"))).toMatchObject({ project: 'none' })
})

test('says that the file is missing', async () => {
  await expect(loadConfig(await folderOf({}))).rejects.toMatchObject({ code: 'CONFIG_MISSING' })
})

test.each([
  ['syntax', good.replace('defineConfig({', 'defineConfig({{'), /^gantry\.config\.ts:4.*SyntaxError/],
  [
    'thrown',
    good.replace('const port', "\n\nthrow new Error('no good') //"),
    /^gantry\.config\.ts:5:7: Error: no good/,
  ],
  ['missing import', good.replace('const port', "import './nothing.ts'\nconst port"), /nothing\.ts/],
  ['no export', 'export const config = 1', /expected a default export/],
  ['exits', 'process.exit(3)', /exited with code 3 before it exported anything/],
  ['typo', good.replace('services:', 'servcies:'), /servcies: not a known field; did you mean "services"/],
])('%s is CONFIG_INVALID with its place', async (_, text, message) => {
  await expect(load(text)).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) })
})

test('waits neither for what a config left running nor for a pipe that it holds', async () => {
  const mark = `sleep 97${process.pid}`
  const spawning = `import { spawn } from 'node:child_process'\nspawn('sh', ['-c', '${mark}'], { stdio: 'inherit' }).unref()\nconst port`
  expect(await load(good.replace('const port', spawning))).toMatchObject({ project: 'tiny' })
  expect(processesLike(mark)).toEqual([])
})

test('of what a config prints by the hundred megabytes its end is kept', async () => {
  const before = process.memoryUsage().rss
  const printing = `import { writeSync } from 'node:fs'\nfor (let i = 0; i < 250; i++) writeSync(2, 'x'.repeat(1_000_000))\nprocess.exit(1)\nconst port`
  await expect(load(good.replace('const port', printing))).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/x{100}/),
  })
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
})

test.each([
  ['never ends', 'for (;;) {}', /took longer than 1 s/, 1_000],
  [
    'takes memory without end',
    'const all = []; for (;;) all.push(Buffer.alloc(50_000_000, 1))',
    /memory|Allocation|allocat|ended by/,
  ],
  [
    'exports without end',
    "export default { x: 'x'.repeat(10_000_000) } //",
    /exported more than 4 MB|before it exported/,
  ],
])('a config that %s is CONFIG_INVALID', async (_, text, message, timeoutMs?) => {
  await expect(load(`${text}\n`, timeoutMs === undefined ? {} : { timeoutMs })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(message),
  })
})

test('a config of a commit sees its own file and nothing else', async () => {
  const secret = await folderOf({ 'cli-token': 'the-token' })
  const reading = `import { readFileSync } from 'node:fs'
const seen: string[] = []
for (const path of ['${secret}/cli-token', '/proc/self/environ', '/proc/${process.pid}/environ', '/etc/passwd']) {
  try { seen.push(readFileSync(path, 'utf8')) } catch {}
}
try { (await import('node:child_process')).execSync('id'); seen.push('started a program') } catch {}
if (seen.length > 0) throw new Error(JSON.stringify(seen))
const port`
  expect(await loadConfigAt(...(await committed(good.replace('const port', reading))))).toMatchObject({
    project: 'tiny',
  })
})

test('reads the config of a commit, not of the folder', async () => {
  const [dir, sha] = await committed(good)
  expect(await loadConfigAt(dir, sha)).toMatchObject({ project: 'tiny' })
  await expect(loadConfigAt(dir, '0'.repeat(40))).rejects.toMatchObject({
    code: 'CONFIG_MISSING',
    message: expect.stringContaining('0000000'),
  })
})

async function committed(text: string): Promise<[dir: string, sha: string]> {
  const dir = await folderOf({ 'gantry.config.ts': text })
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', dir, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { encoding: 'utf8' })
  git('init', '-q')
  git('add', '.')
  git('commit', '-qm', 'first')
  git('commit', '-q', '--allow-empty', '-m', 'second')
  return [dir, git('rev-parse', 'HEAD').trim()]
}

const processesLike = (text: string): string[] =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line.startsWith(text))

async function folderOf(files: Record<string, string>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-test-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text)
  return dir
}
