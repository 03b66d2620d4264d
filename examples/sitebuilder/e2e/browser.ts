import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type LaunchOptions } from '@playwright/test'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
const NONE = 'none'
const PLAYWRIGHTS_OWN = 'playwright'

/**
 * How to launch the browser to test with; null where none starts, which leaves the journeys to HTTP. Tried are the one named
 * by CHROMIUM_PATH, else those of this machine, else the one Playwright downloaded. A named one that does not start is an
 * error: whoever names a browser wants its proof. Workers of one run read what the first found in E2E_BROWSER.
 */
export async function browserToTestWith(env: NodeJS.ProcessEnv): Promise<LaunchOptions | null> {
  const named = env.CHROMIUM_PATH
  env.E2E_BROWSER ??= named ? await requireStart(named) : await firstThatStarts([...onPath(env), PLAYWRIGHTS_OWN])
  return env.E2E_BROWSER === NONE ? null : optionsFor(env.E2E_BROWSER)
}

/** Whether this run goes without a browser; known once the config was read. */
export const isWithoutBrowser = (env: NodeJS.ProcessEnv): boolean => env.E2E_BROWSER === NONE

async function requireStart(path: string): Promise<string> {
  const fault = await faultOf(path)
  if (fault === null) return path
  throw new Error(`CHROMIUM_PATH: expected a browser that starts, got ${path}: ${fault}`)
}

async function firstThatStarts(paths: string[]): Promise<string> {
  for (const path of paths) if ((await faultOf(path)) === null) return path
  return NONE
}

async function faultOf(path: string): Promise<string | null> {
  try {
    await (await chromium.launch({ ...optionsFor(path), timeout: 30_000 })).close()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function optionsFor(path: string): LaunchOptions {
  return {
    ...(path !== PLAYWRIGHTS_OWN && { executablePath: path }),
    // Chromium's sandbox does not start for root, which is who runs jobs in many containers.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  }
}

function onPath(env: NodeJS.ProcessEnv): string[] {
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean)
  return NAMES.flatMap(name => folders.map(folder => join(folder, name))).filter(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
