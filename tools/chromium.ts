import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from './command.ts'

const systemNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const macChrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

/**
 * Path of a Chromium or Chrome that can be started. Looks, in this order, at CHROMIUM_PATH, at PATH, at Chrome of macOS,
 * at what Playwright downloaded before; then, as root on a system with apt, installs Debian's `chromium` and says so.
 * @throws Error with the command to run
 */
export async function findChromium(env: Record<string, string | undefined> = process.env): Promise<string> {
  if (env.CHROMIUM_PATH) return named(env.CHROMIUM_PATH)
  return (
    (await onPath(env)) ?? (await ifRuns(macChrome)) ?? (await ofPlaywright()) ?? (await installed(env)) ?? giveUp()
  )
}

async function named(path: string): Promise<string> {
  if (await ifRuns(path)) return path
  throw new Error(`CHROMIUM_PATH: expected a program that can be started, found none at ${path}`)
}

async function onPath(env: Record<string, string | undefined>): Promise<string | null> {
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean)
  for (const name of systemNames) {
    for (const folder of folders) {
      const found = await ifRuns(join(folder, name))
      if (found) return found
    }
  }
  return null
}

async function ofPlaywright(): Promise<string | null> {
  const { chromium } = await import('@playwright/test')
  return ifRuns(chromium.executablePath())
}

async function installed(env: Record<string, string | undefined>): Promise<string | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !(await ifRuns('/usr/bin/apt-get'))) return null
  const quiet = { isStreamed: true, env: { DEBIAN_FRONTEND: 'noninteractive' } }
  for (const command of [
    ['apt-get', 'update', '-qq'],
    ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium'],
  ]) {
    console.log(`no Chromium found; running: ${command.join(' ')}`)
    const { exitCode } = await runCommand(command, quiet)
    // A stale package list is no reason to give up: the install that follows decides.
    if (exitCode !== 0) console.error(`${command.join(' ')} ended with ${exitCode ?? 'a signal'}`)
  }
  return onPath(env)
}

function giveUp(): never {
  throw new Error(
    'No Chromium or Chrome was found. Install one (Debian, Ubuntu: `sudo apt-get install chromium`; anywhere: ' +
      '`npx pnpm@12 exec playwright install chromium`), or name one: CHROMIUM_PATH=/path/to/chromium.',
  )
}

async function ifRuns(path: string): Promise<string | null> {
  return access(path, constants.X_OK).then(
    () => path,
    () => null,
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await findChromium())
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : String(cause))
    process.exitCode = 1
  }
}
