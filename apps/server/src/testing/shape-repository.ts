import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { loadConfig } from '@gantry/config/load'
import type { Config } from '@gantry/core/config'
import type { DeployedShape } from '@gantry/init/testing'

const run = promisify(execFile)
const command = resolve(import.meta.dirname, '../../../cli/src/main.ts')

export interface ShapeRepository extends AsyncDisposable {
  dir: string
  project: string
  config: Config
  commit(message: string): Promise<string>
  push(remote: string, branch: string): Promise<void>
}

/** Prisma's engine from npm, in place of the one that its installation downloads from a server of Prisma's. */
const schemaEngine = resolve(import.meta.dirname, '../../../cli/src/testing/schema-engine.mjs')
const engineOfPrisma = {
  prisma: '7.10.1',
  ...{ '@prisma/client': '7.10.1', '@prisma/adapter-pg': '7.10.1', '@prisma/driver-adapter-utils': '7.10.1' },
  '@prisma/schema-engine-wasm': '8.1.0-2.59be4fda12412a79eeb9c2ae727b6aa723593323',
}

/** Packages that are installed all the same: they do something in a deployment. */
const installed = /^(drizzle-orm|pg|prisma|@prisma\/\w[\w-]*|dotenv)$/

/**
 * A repository after `gantry init --yes`, with nothing to install but what migrates a database.
 * @param env of the jobs that deploy: where the vendors are
 */
export async function shapeRepository(
  { name, files }: DeployedShape,
  env: Readonly<Record<string, string>>,
): Promise<ShapeRepository> {
  const dir = await mkdtemp(join(tmpdir(), `gantry-shape-${name}-`))
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
  for (const [path, text] of Object.entries(files)) await write(path, text)
  await run('git', ['init', '--quiet', '--initial-branch=main'], { cwd: dir })
  await run(process.execPath, [command, 'init', '--yes'], { cwd: dir })
  for (const path of Object.keys(files).filter(each => each.endsWith('package.json')))
    await write(path, withoutFrameworks(files[path] ?? ''))
  await run('pnpm', ['install', '--lockfile-only', '--ignore-scripts'], { cwd: dir })
  const rewrite = async (workflow: string, own: typeof env) => {
    const path = `.github/workflows/${workflow}`
    await write(path, withEnv(await readFile(join(dir, path), 'utf8'), own))
  }
  const prisma = { PRISMA_SCHEMA_ENGINE_BINARY: schemaEngine, CHECKPOINT_DISABLE: '1' }
  await rewrite('deploy.yml', { ...env, ...prisma })
  await rewrite('ci.yml', prisma)
  return openShape(dir)
}

/** What lies in a folder, as a repository that is to be deployed. */
export async function openShape(dir: string): Promise<ShapeRepository> {
  const git = async (...args: string[]) =>
    (
      await run('git', ['-c', 'user.name=Kim', '-c', 'user.email=kim@shop.example', ...args], { cwd: dir })
    ).stdout.trim()
  await git('init', '--quiet', '--initial-branch=main')
  const config = await loadConfig(dir)
  return {
    ...{ dir, config, project: config.project },
    async commit(message) {
      await git('add', '--all')
      await git('commit', '--quiet', '-m', message)
      return git('rev-parse', 'HEAD')
    },
    push: async (remote, branch) => void (await git('push', '--quiet', remote, `HEAD:refs/heads/${branch}`)),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  }
}

function withoutFrameworks(manifest: string): string {
  // pnpm notes the pin in its lockfile, from a registry that has that very version; the workflows have it from before.
  const { packageManager: _, ...json }: Record<string, unknown> = JSON.parse(manifest)
  for (const kind of ['dependencies', 'devDependencies']) {
    const kept = Object.entries(Object(json[kind])).filter(
      ([name, range]) => String(range).startsWith('workspace:') || installed.test(name),
    )
    json[kind] = { ...Object.fromEntries(kept), ...(kept.some(([name]) => name === 'prisma') && engineOfPrisma) }
  }
  return `${JSON.stringify(json, null, 2)}\n`
}

/** Said for the whole file: the steps stay as they were written. */
export function withEnv(workflow: string, env: Readonly<Record<string, string>>): string {
  const lines = Object.entries(env).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}\n`)
  if (/^env:$/m.test(workflow)) return workflow.replace(/^env:\n/m, `env:\n${lines.join('')}`)
  return workflow.replace(/^jobs:$/m, `env:\n${lines.join('')}\njobs:`)
}
