import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { openShape, type ShapeRepository, withEnv } from './shape-repository.ts'

const root = resolve(import.meta.dirname, '../../../..')

/** What its deployment is made of: workflows, config, migrations, and what Fly.io reads. */
const own = ['.github/workflows/deploy.yml', '.github/workflows/rollback.yml', 'gantry.config.ts', 'supabase', 'deploy']

/** Asks both, as `tools/smoke.ts` begins: what they answer is a stand-in's. */
const smoke = `const [, , , api, , web] = process.argv
for (const url of [api, web]) if (!(await fetch(url)).ok) throw new Error(url)
`

/** Instead of its code: a page, and a test of staging. Its checks have runs of their own. */
const least: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "gantry-monorepo", "private": true, "type": "module" }\n',
  'pnpm-workspace.yaml': 'packages: [apps/*]\npmOnFail: ignore\n',
  'pnpm-lock.yaml': `lockfileVersion: '9.0'
settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false
importers:
  .: {}
  apps/dashboard: {}
  apps/server: {}
`,
  'apps/server/package.json': '{ "name": "@gantry/server", "private": true }\n',
  'apps/dashboard/package.json':
    '{ "name": "@gantry/dashboard", "private": true, "scripts": { "build": "mkdir -p dist && cp index.html dist/" } }\n',
  'apps/dashboard/index.html': '<div id="root"></div>\n',
  'tools/smoke.ts': smoke,
  '.github/workflows/ci.yml':
    'on: [push, pull_request]\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps: [{ run: "true" }]\n',
}

/** This repository as it ships itself, by its own workflow files. @param env of the jobs that deploy: where the vendors are */
export async function ownRepository(env: Readonly<Record<string, string>>): Promise<ShapeRepository> {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-own-'))
  for (const path of own) await cp(join(root, path), join(dir, path), { recursive: true })
  for (const [path, text] of Object.entries(least)) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
  const workflow = join(dir, '.github/workflows/deploy.yml')
  await writeFile(workflow, withEnv(await readFile(workflow, 'utf8'), env))
  return openShape(dir)
}
