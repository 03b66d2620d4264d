import { execFile } from 'node:child_process'
import { access, constants, readdir } from 'node:fs/promises'
import { basename, delimiter, join } from 'node:path'
import { promisify } from 'node:util'

type Env = Record<string, string | undefined>

const systemNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const macChrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
/** What Playwright calls its browsers, by system and by version of Playwright. */
const downloadedNames = ['chrome-headless-shell', 'headless_shell', 'chrome', 'Google Chrome for Testing', 'Chromium']
/** Long, for the first start of a browser on a busy machine reads 200 MB from a cold disk. */
const answersWithinMs = 30_000
const run = promisify(execFile)

/**
 * Path of a Chromium or Chrome that starts; null when this machine has none. Looks, in this order, at CHROMIUM_PATH, at
 * PATH, at Chrome of macOS, and at what Playwright downloaded before. One that is there and does not start, such as
 * Ubuntu's stand-in for its snap or a download without its system libraries, counts as none.
 *
 * @throws Error when CHROMIUM_PATH leads nowhere: whoever names a browser means that one
 */
export async function findChromium(env: Env): Promise<string | null> {
  if (env['CHROMIUM_PATH']) return named(env['CHROMIUM_PATH'])
  return (await firstThatStarts(onPath(env))) ?? (await firstThatStarts([macChrome, ...(await downloaded(env))]))
}

async function named(path: string): Promise<string> {
  if (await starts(path)) return path
  throw new Error(`CHROMIUM_PATH: expected a program that can be started, found none at ${path}`)
}

async function firstThatStarts(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) if (await starts(path)) return path
  return null
}

function onPath(env: Env): string[] {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return systemNames.flatMap(name => folders.map(folder => join(folder, name)))
}

/** Newest first. */
async function downloaded(env: Env): Promise<string[]> {
  const cache = playwrightCache(env)
  if (cache === null) return []
  const browsers = (await readdir(cache).catch(() => [])).filter(name => /^chromium/.test(name))
  const newestFirst = browsers.toSorted((a, b) => revisionOf(b) - revisionOf(a))
  const found = await Promise.all(
    newestFirst.map(async browser => {
      const files = await readdir(join(cache, browser), { recursive: true }).catch(() => [])
      return files.filter(file => downloadedNames.includes(basename(file))).map(file => join(cache, browser, file))
    }),
  )
  return found.flat()
}

/** @example revisionOf('chromium_headless_shell-1187') // 1187 */
const revisionOf = (folder: string): number => Number(/\d+$/.exec(folder)?.[0] ?? 0)

function playwrightCache(env: Env): string | null {
  const { PLAYWRIGHT_BROWSERS_PATH: own, HOME: home, XDG_CACHE_HOME: caches } = env
  if (own && own !== '0') return own
  if (!home) return null
  if (process.platform === 'darwin') return join(home, 'Library/Caches/ms-playwright')
  return join(caches || join(home, '.cache'), 'ms-playwright')
}

async function starts(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    await run(path, ['--version'], { timeout: answersWithinMs })
    return true
  } catch {
    // Not there, not a program, or one that cannot be loaded: none of them is a browser to test with.
    return false
  }
}
