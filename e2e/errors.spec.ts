import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { type RunningGantry, startGantry } from '../tools/running-gantry.ts'
import { expectNoFaultsInBoth } from './axe.ts'
import { blamed, errorsProduct, type FailedRequest, failRequest, project } from './errors-product.ts'
import { openLink } from './open-link.ts'

/** Somebody calls at night: what they are told is an e-mail, or the id of a request. */
test.describe.configure({ mode: 'serial' })

/** As many as are written in a second or two; `LINES_HELD=10000000` looks among more. */
const held = Number(process.env['LINES_HELD'] ?? 50_000)

let home = ''
let gantry: RunningGantry
let page: Page
let failed: FailedRequest
const at = (path: string) => `${gantry.url}/p/${project}${path}`

test.beforeAll(async ({ browser }) => {
  test.setTimeout(3_600_000)
  home = await mkdtemp(join(tmpdir(), 'gantry-errors-'))
  const release = await errorsProduct(home, held)
  gantry = await startGantry({ home, env: { GANTRY_SAMPLE: 'off', GANTRY_PROJECT: project, GANTRY_OWNER: 'Ana' } })
  failed = await failRequest(gantry, release)
  page = await (await browser.newContext()).newPage()
  await openLink(page, await gantry.signInUrl())
})
test.afterAll(async () => {
  await page?.context().close()
  await gantry?.stop()
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
})

const line = (text: string) => page.getByRole('log').getByRole('button', { name: text })

test('an error is found by the e-mail of whoever met it, with its cause, its lines and who changed it, and is resolved', async () => {
  await page.goto(at('/issues'))
  await page.getByRole('searchbox', { name: 'Search issues' }).fill(failed.mail)
  await expect(page).toHaveURL(/q=mira/)
  await page.getByRole('link', { name: /RefundError/ }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('the refund was not paid')

  const stack = page.getByRole('region', { name: 'Stack trace' })
  await expect(stack).toContainText("Cannot read properties of undefined (reading 'amount')")
  await expect(page.getByText(`Last changed there in`)).toContainText(`${blamed.title} by ${blamed.by}`)

  await page.getByRole('link', { name: 'Logs of this trace' }).click()
  await expect(page.getByRole('log').getByRole('listitem')).toHaveCount(3)
  await line('the bank answered without an amount').click()
  const around = page.getByRole('region', { name: 'Lines around it' })
  await expect(around.getByRole('button')).toContainText([
    /the shop opened/,
    /refund asked for/,
    /the bank answered/,
    /refund failed/,
    /the shop closed/,
  ])
  await page.getByRole('link', { name: 'Errors of its trace' }).click()
  await page.getByRole('link', { name: /RefundError/ }).click()

  await page.getByRole('button', { name: 'Resolve' }).click()
  await page.getByRole('menuitem', { name: /In the next release/ }).click()
  await expect(page.getByText('Resolved in the release after')).toBeVisible()
  await page.goto(at(`/issues?q=${encodeURIComponent(failed.mail)}`))
  await expect(page.getByText('No issue matches')).toBeVisible()
})

test(`one request is found among ${held.toLocaleString('en-GB')} lines`, async () => {
  await page.goto(at('/logs?range=24h'))
  await expect(page.getByRole('log').getByRole('listitem').first()).toBeVisible()
  const box = page.getByRole('combobox', { name: 'Filter the logs' })
  await box.fill(failed.requestId)
  const askedAt = Date.now()
  await box.press('Enter')
  await expect(line('refund asked for')).toBeVisible()
  await expect(page.getByRole('log').getByRole('listitem')).toHaveCount(1)
  test.info().annotations.push({ type: 'ms to the answer', description: String(Date.now() - askedAt) })
  await line('refund asked for').click()
  await page.getByRole('link', { name: 'Lines of its trace' }).click()
  await expect(page.getByRole('log').getByRole('listitem')).toHaveCount(3)
})

test('a query is completed from what lines say, and a mistake in it is marked where it stands', {
  tag: '@nightly',
}, async () => {
  await page.goto(at('/logs?range=24h'))
  const box = page.getByRole('combobox', { name: 'Filter the logs' })
  await box.pressSequentially('serv')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(box).toHaveValue('service:')
  await page.getByRole('option', { name: /service:service-3/ }).click()
  await expect(box).toHaveValue('service:service-3 ')
  await box.press('Enter')
  await expect(page).toHaveURL(/service=service-3/)
  await box.fill('refund level:erorr')
  await box.press('Enter')
  const error = page.getByRole('region', { name: 'Error' })
  await expect(error.locator('mark')).toHaveText('level:erorr')
  await expect(error).toContainText('did you mean "error"?')
  await expectNoFaultsInBoth(page, 'a query that makes no sense')
})
