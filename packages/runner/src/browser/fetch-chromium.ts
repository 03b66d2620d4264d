import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { findOwnPnpm } from '../actions/own-pnpm.ts'
import { findChromium } from './find-chromium.ts'

type Env = Record<string, string>

/** A way to get a browser onto this machine: what it is called, and the commands, of which the last one decides. */
export interface WayToFetch {
  name: string
  commands: string[][]
}

/** One place for the version: that of the sample, whose tests use it. A browser of another version serves as well. */
export const playwrightVersion = '1.65.1'
const limitMs = 5 * 60_000
const run = promisify(execFile)

/** By apt for root, for that brings the libraries it needs; else as Playwright does, into its own folder. */
export function waysToFetch(facts: { isRoot: boolean; hasApt: boolean; pnpm: string | null }): WayToFetch[] {
  const apt = ['apt-get', '-qq', '-o', 'DPkg::Lock::Timeout=60']
  const playwright = ['dlx', `playwright-core@${playwrightVersion}`, 'install', '--only-shell', 'chromium']
  return [
    ...(facts.isRoot && facts.hasApt
      ? [
          {
            name: 'apt-get install chromium',
            // A stale list of packages is no reason to give up: the install that follows decides.
            commands: [
              [...apt, 'update'],
              [...apt, 'install', '-y', '--no-install-recommends', 'chromium'],
            ],
          },
        ]
      : []),
    ...(facts.pnpm === null ? [] : [{ name: 'playwright install chromium', commands: [[facts.pnpm, ...playwright]] }]),
  ]
}

/**
 * Fetches a browser by the first way that ends with one that starts. Answers its path, or why each way failed. Minutes at
 * worst; `say` hears one line for each way tried.
 */
export async function fetchChromium(parts: {
  env: Env
  say(line: string): void
  signal?: AbortSignal
  ways?: WayToFetch[]
}): Promise<{ path: string } | { faults: string[] }> {
  const { env, say, signal } = parts
  const faults: string[] = []
  for (const way of parts.ways ?? (await waysHere(env))) {
    say(`no browser found; fetching Chromium: ${way.name}`)
    const fault = await carriedOut(way, env, signal)
    const path = await findChromium(env)
    if (path !== null) return { path }
    faults.push(`${way.name}: ${fault ?? 'ended well, and left none that starts'}`)
    if (signal?.aborted) break
  }
  return { faults }
}

async function waysHere(env: Env): Promise<WayToFetch[]> {
  const pnpm = findOwnPnpm()
  return waysToFetch({
    isRoot: process.platform === 'linux' && process.getuid?.() === 0,
    hasApt: await isOnPath('apt-get', env),
    pnpm: pnpm ? join(pnpm.folder, 'pnpm') : null,
  })
}

async function isOnPath(name: string, env: Env): Promise<boolean> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean)
  const tries = await Promise.allSettled(folders.map(folder => access(join(folder, name), constants.X_OK)))
  return tries.some(({ status }) => status === 'fulfilled')
}

/** What went wrong last, in one line; null when the last command ended well. */
async function carriedOut({ commands }: WayToFetch, env: Env, signal?: AbortSignal): Promise<string | null> {
  let fault: string | null = null
  for (const [program = '', ...args] of commands) {
    fault = await run(program, args, {
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
      timeout: limitMs,
      maxBuffer: 16 << 20,
      ...(signal && { signal }),
    }).then(() => null, faultOf)
  }
  return fault
}

function faultOf(cause: Error & { stderr?: string; stdout?: string; killed?: boolean }): string {
  const said = `${cause.stderr ?? ''}\n${cause.stdout ?? ''}`.split('\n').map(line => line.trim())
  const line = said.find(text => /^(E:|error|ERR|.*\bfailed\b)/i.test(text)) ?? said.findLast(text => text !== '')
  return cause.killed ? `not done within ${limitMs / 60_000} min` : (line ?? cause.message)
}
