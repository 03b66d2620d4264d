import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, expect, type Page } from '@playwright/test'
import type { RunningGantry } from '../tools/running-gantry.ts'
import { projects } from './people-product.ts'

export const password = 'four long words here'

/** Passkeys belong to a name: none is made for 127.0.0.1. */
export const named = (address: string) => address.replace('127.0.0.1', 'localhost')

export const shop = (path: string) => `/p/${projects.theirs}${path}`
export const ofShop = (path: string) => `/api/v1/projects/${projects.theirs}${path}`

/** A page of a browser of its own. */
export async function freshPage(browser: Browser, gantry: RunningGantry): Promise<Page> {
  const context = await browser.newContext({ baseURL: named(gantry.url), reducedMotion: 'reduce' })
  return context.newPage()
}

/** The page of the owner, by the link that a server prints. */
export async function ownerPage(browser: Browser, gantry: RunningGantry): Promise<Page> {
  const page = await freshPage(browser, gantry)
  await page.goto(named(await gantry.signInUrl()))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible()
  return page
}

/** Somebody who accepted an invitation, without the screens of it. */
export async function joined(browser: Browser, gantry: RunningGantry, name: string, role: string): Promise<Page> {
  const page = await freshPage(browser, gantry)
  const { link } = await gantry.api<{ link: string }>('POST', ofShop('/invitations'), { role })
  const token = link.split('#')[1]
  // A page without scripts, of the same origin.
  await page.goto('/sign-in')
  await ask(page, '/api/v1/invitations/look', { token })
  await ask(page, '/api/auth/sign-up/email', { name, email: `${name.toLowerCase()}@shop.example`, password })
  expect((await ask(page, '/api/v1/invitations/accept', { token })).status).toBe(200)
  return page
}

export interface Answer {
  status: number
  body: { error?: { code: string; message: string } }
}

/** Asks as the scripts of the page do: with its cookies, from its origin. Without a body it is a GET. */
export const ask = (page: Page, path: string, body?: unknown, method = 'POST'): Promise<Answer> =>
  page.evaluate(
    `fetch(${JSON.stringify(path)}, ${
      body === undefined
        ? '{}'
        : JSON.stringify({ method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    }).then(async answer => ({ status: answer.status, body: await answer.json().catch(() => ({})) }))`,
  )

/** The passkeys of a page's browser, on a device that always has its person's finger. */
export async function givePasskeys(page: Page): Promise<void> {
  const client = await page.context().newCDPSession(page)
  await client.send('WebAuthn.enable')
  await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
}

export async function signOut(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(signInHeading(page)).toBeVisible()
}

export const signInHeading = (page: Page) => page.getByRole('heading', { level: 1, name: 'Sign in', exact: true })

export async function signInByPassword(page: Page, email: string): Promise<void> {
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Live updates as whoever has that token or cookie; `ended` is when the server ended them. */
export async function openStream(url: string, headers: Record<string, string>): Promise<{ ended: Promise<void> }> {
  const answer = await fetch(`${url}/api/v1/stream`, { headers })
  if (!answer.ok || !answer.body) throw new Error(`the stream answered ${answer.status}`)
  const reader = answer.body.getReader()
  await reader.read()
  const read = async () => {
    while (!(await reader.read()).done);
  }
  return { ended: read() }
}

/** `gantry …` on a machine of its own, where nobody is signed in. */
export async function laptop(): Promise<Laptop> {
  const home = await mkdtemp(join(tmpdir(), 'gantry-laptop-'))
  const { GANTRY_HOME: _home, GANTRY_URL: _url, GANTRY_TOKEN: _token, XDG_CONFIG_HOME: _config, ...env } = process.env
  const main = join(import.meta.dirname, '../apps/cli/src/main.ts')
  return {
    home,
    start(...args) {
      const child = spawn(process.execPath, [main, ...args], {
        cwd: home,
        env: { ...env, HOME: home, GANTRY_PROJECT: projects.theirs },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      return new Typed(child)
    },
  }
}

export interface Laptop {
  home: string
  start(...args: string[]): Typed
}

/** A command that runs. */
class Typed {
  output = ''
  readonly exit: Promise<number | null>

  constructor(child: ChildProcess) {
    child.stdout?.on('data', chunk => (this.output += chunk))
    child.stderr?.on('data', chunk => (this.output += chunk))
    this.exit = new Promise(done => child.once('close', done))
  }

  /** What it printed, once that matches. */
  async says(words: RegExp): Promise<RegExpExecArray> {
    await expect.poll(() => this.output).toMatch(words)
    return words.exec(this.output) ?? ([] as unknown as RegExpExecArray)
  }
}
