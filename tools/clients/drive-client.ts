import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from '@playwright/test'
import type { Client } from './clients.ts'

export interface Driving {
  /** Where the clients are installed. */
  dir: string
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
const file = (name: string) => join(import.meta.dirname, name)

/** Has a client do what it can; answers what it did. */
export function driveClient(client: Client, driving: Driving): Promise<string[]> {
  if (client.by === 'browser') return driveBrowser(client, driving)
  return client.by === 'cli' ? driveCli(client, driving) : driveNode(client, driving)
}

async function driveNode({ alias, major, by }: Client, { dir, dsn }: Driving): Promise<string[]> {
  const program = file(by === 'raven' ? 'raven-program.mjs' : 'node-program.mjs')
  const env = { PATH: process.env['PATH'], SENTRY_DSN: dsn }
  const { stdout } = await run(process.execPath, [program, alias, String(major), dir], { cwd: dir, env, timeout })
  return stdout.trim().split('\n').at(-1)?.split(',') ?? []
}

async function driveBrowser({ alias, major }: Client, { dir, dsn, pageUrl, browser }: Driving): Promise<string[]> {
  const { outputFiles } = await build({
    ...{ entryPoints: [file('browser-program.mjs')], bundle: true, write: false, format: 'iife', logLevel: 'silent' },
    alias: { 'sentry-under-test': join(dir, 'node_modules', alias) },
  })
  const page = await (await browser()).newPage()
  try {
    await page.goto(pageUrl)
    await page.evaluate(`window.underTest = ${JSON.stringify({ client: alias, dsn, major })}`)
    await page.addScriptTag({ content: outputFiles[0]?.text ?? '' })
    await page.waitForFunction('document.title.length > 0', null, { timeout })
    return (await page.title()).split(',')
  } finally {
    await page.close()
  }
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
