import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { type TinyProduct, tinyProduct } from '../../apps/server/src/testing/tiny-product.ts'
import { type RunningGantry, startGantry, until } from '../../tools/running-gantry.ts'
import { expectNoFaults } from '../axe.ts'
import { openLink } from '../open-link.ts'

/** A server of its own without the sample: settings of the one that tells the story are nobody else's to change. */
test.describe.configure({ mode: 'serial' })

let home = ''
let gantry: RunningGantry
let product: TinyProduct
let slack: Server
let page: Page
const told: string[] = []

const asks = `on: workflow_dispatch
jobs:
  ship:
    runs-on: ubuntu-latest
    environment: production
    steps: [{ run: 'echo "\${{ secrets.FLY_API_TOKEN }}"' }]
`

test.beforeAll(async ({ browser }) => {
  slack = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    told.push(Buffer.concat(chunks).toString())
    response.writeHead(told.length === 1 ? 403 : 200).end('ok')
  })
  await new Promise<void>(done => slack.listen(0, '127.0.0.1', done))
  home = await mkdtemp(join(tmpdir(), 'gantry-settings-'))
  const webhook = `http://127.0.0.1:${(slack.address() as AddressInfo).port}/`
  const env = { GANTRY_SAMPLE: 'off', GANTRY_PROJECT: 'tiny', GANTRY_OWNER: 'Ana', SLACK_WEBHOOK_URL: webhook }
  gantry = await startGantry({ home, env })
  product = await tinyProduct(join(home, 'projects/tiny/repository.git'))
  await product.write('.github/workflows/ship.yml', asks)
  const sha = await product.commit('first')
  await product.push('HEAD:refs/heads/first')
  await until(
    async () => (await gantry.api<Runs>('GET', `/api/v1/projects/tiny/runs?workflow=ci.yml&sha=${sha}`)).runs[0],
    run => run?.status === 'completed',
    60_000,
    'the checks',
  )
  await product.push('HEAD:main')
  page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage()
  await openLink(page, await gantry.signInUrl())
})
test.afterAll(async () => {
  await page?.context().close()
  await gantry?.stop()
  slack?.close()
  await Promise.all([home, product?.dir ?? ''].filter(Boolean).map(dir => rm(dir, { recursive: true, force: true })))
})

interface Runs {
  runs: { status: string }[]
}

const button = (name: string | RegExp) => page.getByRole('button', { name })
const dialog = () => page.getByRole('dialog')
const row = (name: RegExp) => page.getByRole('row', { name })
const acceptAs = async (name: string, link: string, other: Page) => {
  await other.goto(link)
  await other.getByRole('textbox', { name: 'Name' }).fill(name)
  await other.getByRole('textbox', { name: 'E-mail' }).fill(`${name.toLowerCase()}@tiny.example`)
  await other.getByLabel('Password').fill('ten characters or more')
  await other.getByRole('button', { name: 'Make an account and accept' }).click()
  await other.waitForURL(/\/p\/tiny/)
  await other.close()
}
const open = async (section: string) => {
  await page.goto(`${gantry.url}/p/tiny/settings/${section}`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
}

test('a name that a workflow misses is set by keyboard, and its value is in no answer and on no page', async () => {
  const answers: string[] = []
  page.on('response', async response => {
    if (response.url().includes('/api/')) answers.push(await response.text().catch(() => ''))
  })
  await open('secrets')
  await expect(row(/FLY_API_TOKEN production, secret ship.yml ship/)).toBeVisible()
  await button('Set FLY_API_TOKEN of production…').focus()
  await page.keyboard.press('Enter')
  await dialog().getByRole('textbox', { name: 'Value' }).fill('fo1_a-value-nobody-sees')
  await expectNoFaults(page, 'the dialog of a secret')
  await dialog().getByRole('button', { name: 'Set FLY_API_TOKEN' }).press('Enter')
  await expect(dialog()).toBeHidden()
  await expect(row(/FLY_API_TOKEN production jobs let into production .* by Ana/)).toBeVisible()
  await expect(page.getByText('and not set')).toBeHidden()
  await page.goto(`${gantry.url}/p/tiny/ledger`)
  await expect(page.getByText('set the secret').first()).toBeVisible()
  expect(answers.length).toBeGreaterThan(3)
  expect(answers.join('\n')).not.toContain('value-nobody-sees')
})

test('a name by other rules than those of GitHub is refused in the dialog, which keeps what was typed', async () => {
  await open('secrets')
  await button('Set a secret…').click()
  await dialog().getByRole('textbox', { name: 'Name' }).fill('GITHUB_TOKEN')
  await dialog().getByRole('textbox', { name: 'Value' }).fill('x')
  await dialog().getByRole('button', { name: 'Set the secret' }).click()
  await expect(dialog().getByText('VALUE_NAME_WRONG')).toBeVisible()
  await expect(dialog().getByRole('textbox', { name: 'Name' })).toHaveValue('GITHUB_TOKEN')
  await page.keyboard.press('Escape')
  await expect(dialog()).toBeHidden()
  await expect(button('Set a secret…')).toBeFocused()
})

test('what cannot be undone is said first, with the focus on Cancel; what can be has Undo', async () => {
  await open('secrets')
  await button('Remove FLY_API_TOKEN of production…').click()
  const grave = page.getByRole('alertdialog', { name: 'Jobs find FLY_API_TOKEN of production empty' })
  await expect(grave.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(grave).toBeHidden()
  await expect(row(/^FLY_API_TOKEN/)).toHaveCount(1)
  await button('Remove FLY_API_TOKEN of production…').click()
  await grave.getByRole('button', { name: 'Remove FLY_API_TOKEN' }).click()
  await expect(page.getByText('No secret yet.')).toBeVisible()
  await open('variables')
  await button('Set a variable…').click()
  await dialog().getByRole('textbox', { name: 'Name' }).fill('region')
  await dialog().getByRole('textbox', { name: 'Value' }).fill('fra')
  await dialog().getByRole('button', { name: 'Set the variable' }).click()
  await expect(row(/REGION repository fra/)).toBeVisible()
  await button('Remove REGION').click()
  await expect(row(/REGION/)).toHaveCount(0)
  await button('Undo').press('Enter')
  await expect(row(/REGION repository fra/)).toBeVisible()
})

test('a test goes to one channel, and its outcome stands beside the line of the file', async () => {
  await open('channels')
  const channel = row(/^slack:#dev everything gantry.config.ts:11/)
  await expect(channel).toBeVisible()
  await button('Send a test to slack:#dev').click()
  await expect(channel).toContainText('did not take a test: status 403')
  await button('Send a test to slack:#dev').click()
  await expect(channel).toContainText('took a test')
  expect(told.map(text => text.includes('sent by Ana'))).toEqual([true, true])
  await expect(row(/production what was live in staging 1 gantry.config.ts:7/)).toBeVisible()
})

test('a key is made, rotated and revoked, and each row says what works', async () => {
  await open('keys')
  await button('Make a key…').click()
  await dialog().getByRole('combobox', { name: 'Kind' }).selectOption('server')
  await dialog().getByRole('button', { name: 'Make the key' }).click()
  const made = row(/the project server/)
  await expect(made).toHaveCount(1)
  await made.getByRole('button', { name: /^Rotate/ }).click()
  await dialog().getByRole('button', { name: 'Rotate the key' }).click()
  await expect(row(/the project server .* works until/)).toHaveCount(1)
  await row(/the project server .* works until/)
    .getByRole('button', { name: /^Revoke/ })
    .click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke the key' }).click()
  await expect(row(/the project server .* revoked/)).toHaveCount(1)
})

test('somebody invited by a link is listed, gets another role and leaves; the only owner stays, and reads why', async ({
  browser,
}) => {
  await open('people')
  const last = button('Remove Ana…')
  await expect(last).toHaveAttribute('aria-disabled', 'true')
  await expect(last).toHaveAttribute('aria-description', /^The only owner of the project/)
  await button('Invite somebody…').click()
  await dialog().getByRole('button', { name: 'Make the link' }).click()
  await expect(dialog()).toContainText('whoever opens it first joins as developer')
  await expectNoFaults(page, 'what is shown once')
  const link = (await dialog().locator('code').textContent()) ?? ''
  await dialog().getByRole('button', { name: 'Close' }).click()
  await expect(row(/^whoever has the link developer .* Ana/)).toHaveCount(1)
  await acceptAs('Mia', link, await browser.newPage())
  await expect(row(/^Mia mia@tiny.example developer/)).toHaveCount(1)
  await expect(page.getByText('Nobody is invited')).toBeVisible()
  await button('Change role of Mia…').click()
  await dialog().getByRole('combobox', { name: 'Role' }).selectOption('owner')
  await dialog().getByRole('button', { name: 'Give the role' }).click()
  await expect(row(/^Mia mia@tiny.example owner/)).toHaveCount(1)
  await expect(last).not.toHaveAttribute('aria-disabled')
  await button('Remove Mia…').click()
  const grave = page.getByRole('alertdialog', { name: 'Mia sees nothing of this project any more' })
  await expect(grave.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await grave.getByRole('button', { name: 'Remove Mia' }).click()
  await expect(row(/^Mia/)).toHaveCount(0)
})

test('a token is made, shown once and revoked, and works in between', async () => {
  await open('tokens')
  await button('Make a token…').click()
  await dialog().getByRole('textbox', { name: 'Name' }).fill('github')
  await dialog().getByRole('checkbox', { name: 'deploy:staging' }).check()
  await dialog().getByRole('button', { name: 'Make the token' }).click()
  await expect(page.getByRole('dialog', { name: 'The token' })).toBeVisible()
  const token = (await dialog().locator('code').textContent()) ?? ''
  // A click beside it would lose it.
  await page.mouse.click(5, 5)
  await dialog().getByRole('button', { name: 'Close' }).click()
  await expect(row(/^github read, deploy:staging .* by Ana never/)).toHaveCount(1)
  await page.reload()
  await expect(row(/^github/)).toHaveCount(1)
  expect(await page.content()).not.toContain(token)
  const ask = () => fetch(`${gantry.url}/api/v1/projects/tiny/runs`, { headers: { authorization: `Bearer ${token}` } })
  expect((await ask()).status).toBe(200)
  await button('Revoke github…').click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke the token' }).click()
  await expect(row(/^github/)).toHaveCount(0)
  expect((await ask()).status).toBe(401)
})

test('axe finds nothing in any section, and each fits 320 pixels', async () => {
  for (const section of ['secrets', 'variables', 'keys', 'tokens', 'channels', 'people', 'project']) {
    await open(section)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
      await expectNoFaults(page, `${section}, ${colorScheme}`)
    }
    await page.setViewportSize({ width: 320, height: 800 })
    expect(await page.evaluate('document.documentElement.scrollWidth'), section).toBeLessThanOrEqual(320)
    await page.setViewportSize({ width: 1280, height: 900 })
  }
})
