import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { folderOf } from '../testing/tiny-product.ts'
import { loadConfig, loadConfigAt } from './load-config.ts'

const good = `
import { defineConfig, local } from '@gantry/core/config'
const port: number = 1
export default defineConfig({
  project: 'tiny',
  services: { api: { path: '.', deploy: local({ kind: 'node', entry: 'server.mjs' }) } },
  environments: { staging: { on: 'main' } },
})`
const load = async (text: string) => loadConfig(await folderOf({ 'gantry.config.ts': text }))

test('reads a typed config, wherever the repository is', async () => {
  expect(await load(good)).toMatchObject({ project: 'tiny', services: { api: { needs: [] } } })
  expect(await load(good.replace('@gantry/core/config', 'gantry/config'))).toMatchObject({ project: 'tiny' })
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

test('reads the config of a commit, not of the folder', async () => {
  const dir = await folderOf({ 'gantry.config.ts': good })
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', dir, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { encoding: 'utf8' })
  git('init', '-q')
  git('add', '.')
  git('commit', '-qm', 'first')
  git('commit', '-q', '--allow-empty', '-m', 'second')
  const sha = git('rev-parse', 'HEAD').trim()
  expect(await loadConfigAt(dir, sha)).toMatchObject({ project: 'tiny' })
  await expect(loadConfigAt(dir, '0'.repeat(40))).rejects.toMatchObject({
    code: 'CONFIG_MISSING',
    message: expect.stringContaining('0000000'),
  })
})
