import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from '@playwright/test'
import type { Client } from './clients.ts'
import { driveElsewhere } from './drive-elsewhere.ts'

export interface Driving {
  /** Where packages of npm are installed, and those of Debian unpacked. */
  dir: string
  debian: string
  dsn: string
  /** A page of any origin to report from. */
  pageUrl: string
  browser(): Promise<Browser>
}

interface Bundler {
  build(options: object): Promise<{ outputFiles: { text: string }[] }>
}
/** Of the package that bundles the command. */
const { build }: Bundler = createRequire(join(import.meta.dirname, '../../apps/cli/package.json'))('esbuild')

const timeout = 300_000
const run = promisify(execFile)
const program = (name: string) => join(import.meta.dirname, 'programs', name)

/** Has a client do what it can; answers what it did. */
export function driveClient(client: Client, driving: Driving): Promise<string[]> {
  if (client.by === 'browser') return driveBrowser(client, driving)
  if (client.by === 'cli') return driveCli(client, driving)
  return client.from === 'debian' ? driveElsewhere(client, driving) : driveNode(client, driving)
}

async function driveNode({ alias, major, by }: Client, { dir, dsn }: Driving): Promise<string[]> {
  const env = { PATH: process.env['PATH'], SENTRY_DSN: dsn }
  const argv = [program(`${by}.mjs`), alias, String(major), dir]
  const { stdout } = await run(process.execPath, argv, { cwd: dir, env, timeout })
  return stdout.trim().split('\n').at(-1)?.split(',') ?? []
}

async function driveBrowser({ alias, major }: Client, { dir, dsn, pageUrl, browser }: Driving): Promise<string[]> {
  const text = await bundleFor('browser.mjs', alias, dir)
  const page = await (await browser()).newPage()
  try {
    await page.goto(pageUrl)
    await page.evaluate(`window.underTest = ${JSON.stringify({ client: alias, dsn, major })}`)
    await page.addScriptTag({ content: text })
    await page.waitForFunction('document.title.length > 0', null, { timeout })
    return (await page.title()).split(',')
  } finally {
    await page.close()
  }
}

/** A program with the client that it calls `client-under-test`, as a page reads it. */
export async function bundleFor(name: string, client: string, dir: string): Promise<string> {
  const { outputFiles } = await build({
    ...{ entryPoints: [program(name)], bundle: true, write: false, format: 'iife', logLevel: 'silent' },
    ...{ platform: 'browser', nodePaths: [join(dir, 'node_modules')], alias: { 'client-under-test': client } },
    define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}', global: 'globalThis' },
  })
  return outputFiles[0]?.text ?? ''
}

/** What it does with a DSN alone: reports a message, and the run of a command as a check-in. */
async function driveCli({ alias }: Client, { dir, dsn }: Driving): Promise<string[]> {
  const cli = join(dir, 'node_modules', alias, 'bin/sentry-cli')
  const env = { PATH: process.env['PATH'], SENTRY_DSN: dsn, SENTRY_ENVIRONMENT: 'staging' }
  const call = (...args: string[]) => run(process.execPath, [cli, ...args], { cwd: dir, env, timeout })
  const about = ['--tag', `client:${alias}`, '--user', 'id:u-1', '--extra', 'password:hunter2', '--env', 'staging']
  await call('send-event', '--message', `stock is low for ${alias}`, ...about)
  await call('monitors', 'run', alias, '--', process.execPath, '--version')
  return ['message', 'check-in', 'person', 'extra']
}
