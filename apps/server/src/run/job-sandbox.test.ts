import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfigAt } from '@gantry/config/load'
import { wallsAround } from '@gantry/runner'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownSandbox } from './job-sandbox.ts'

let dir = ''
const said: string[] = []
const opened = (sandbox: 'auto' | 'required' | 'off', find?: Parameters<typeof ownSandbox>[3]) =>
  ownSandbox(
    { sandbox },
    wallsAround({ env: { HOME: dir }, hidden: [dir], gantry: join(dir, 'gantry') }),
    line => void said.push(line),
    find,
  )

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-sandbox-'))
  for (const name of ['repository', 'bin']) mkdirSync(join(dir, name))
  writeFileSync(join(dir, 'cli-token'), 'the-token')
})
afterAll(() => rm(dir, { recursive: true, force: true }))

test('without a sandbox jobs run, and the server says what they see; with one required it does not start', async () => {
  const none = async () => ({ missing: 'no namespaces here' })
  expect(await opened('auto', none)).toBeUndefined()
  expect(said).toEqual(['note: jobs run without a sandbox and see what this account sees (no namespaces here)'])
  await expect(opened('required', none)).rejects.toMatchObject({ code: 'SANDBOX_MISSING' })
  expect(await opened('off', () => Promise.reject(new Error('not asked')))).toBeUndefined()
})

test('the config of a commit is read inside, and sees nothing of the data folder', async () => {
  const repository = await mkdtemp(join(tmpdir(), 'gantry-config-'))
  const git = (...args: string[]) => execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' })
  const text = `import { existsSync } from 'node:fs'
import { defineConfig, local } from '@gantry/config'
let seen = 'nothing'
try { if (existsSync('${join(dir, 'cli-token')}')) seen = 'the-token' } catch {}
export default defineConfig({
  project: seen,
  services: { api: { path: '.', deploy: local({ kind: 'node', entry: 'server.mjs' }) } },
  environments: { staging: { on: 'main' } },
})`
  writeFileSync(join(repository, 'gantry.config.ts'), text)
  git('init', '-q')
  git('add', '.')
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'first')
  const sandbox = await opened('auto')
  expect(await loadConfigAt(repository, git('rev-parse', 'HEAD').trim(), sandbox)).toMatchObject({ project: 'nothing' })
  await rm(repository, { recursive: true })
})
