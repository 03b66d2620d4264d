import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from '@playwright/test'
import { bundleFor } from './drive-client.ts'
import type { LogClient } from './log-clients.ts'
import { logRequest } from './log-requests.ts'

export interface LogDriving {
  dir: string
  url: string
  key: string
  drainSecret: string
  pageUrl: string
  browser(): Promise<Browser>
}

const timeout = 120_000
const run = promisify(execFile)

/** Has a log client send its three lines; answers what it was able to say in them. */
export async function driveLogClient({ alias, by }: LogClient, driving: LogDriving): Promise<string[]> {
  if (by === 'request') return sendLines(alias, driving)
  return by === 'browser' ? driveInPage(alias, driving) : driveProgram(alias, driving)
}

async function driveProgram(alias: string, { dir, url, key }: LogDriving): Promise<string[]> {
  const program = join(import.meta.dirname, 'programs/lines.mjs')
  const env = { PATH: process.env['PATH'] }
  const { stdout } = await run(process.execPath, [program, alias, dir, url, key], { cwd: dir, env, timeout })
  return stdout.trim().split('\n').at(-1)?.split(',') ?? []
}

async function driveInPage(alias: string, { dir, url, key, pageUrl, browser }: LogDriving): Promise<string[]> {
  const text = await bundleFor('lines-browser.mjs', alias, dir)
  const page = await (await browser()).newPage()
  try {
    await page.goto(pageUrl)
    await page.evaluate(`window.underTest = ${JSON.stringify({ client: alias, url, key })}`)
    await page.addScriptTag({ content: text })
    await page.waitForFunction('document.title.length > 0', null, { timeout })
    return (await page.title()).split(',')
  } finally {
    await page.close()
  }
}

async function sendLines(alias: string, { url, key, drainSecret }: LogDriving): Promise<string[]> {
  const { path, headers, body } = logRequest(alias, { key, drainSecret, now: new Date() })
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  return alias === 'curl-text' ? ['lines', 'levels', 'times'] : ['lines', 'levels', 'times', 'fields', 'stack']
}
