import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { asked, gated, proof, prove, rowsOf } from './acts-data.ts'
import { type SeededGantry, startSeeded } from './seeded-gantry.ts'

test.describe.configure({ mode: 'serial' })

let seeded: SeededGantry
let context: BrowserContext
let page: Page
let proved = ''
let newest = ''
const at = (path: string) => `${seeded.url}/p/seeded${path === '/' ? '' : path}`
const short = (sha: string) => sha.slice(0, 7)
const approve = () => page.getByRole('button', { name: 'Approve…' })

test.beforeAll(async ({ browser }) => {
  seeded = await startSeeded()
  context = await browser.newContext()
  page = await context.newPage()
  await seeded.signIn(page)
  await seeded.deployed()
  proved = await seeded.ship({ author: 'Kim', title: 'Wait for a proof', files: gated })
  await asked(seeded.gantry, proved)
})
test.afterAll(async () => {
  await context?.close()
  await seeded?.stop()
})

test('a gate that is not met keeps Approve from acting and says so; turned green, it acts within a second', async () => {
  const red = await prove(seeded.gantry, 'red')
  await page.goto(at(`/releases/${proved}`))
  await expect(approve()).toHaveAttribute('aria-disabled', 'true')
  await approve().focus()
  await expect(approve()).toBeFocused()
  await expect(approve()).toHaveAccessibleDescription(new RegExp(`Not met: ${proof} is green .*ended with failure`))
  await approve().press('Enter')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.getByRole('link', { name: `evidence of ${proof} is green` }).click()
  await expect(page).toHaveURL(new RegExp(`/runs/${red.id}`))
  await page.goBack()
  await expect(approve()).toHaveAttribute('aria-disabled', 'true')
  await prove(seeded.gantry, 'green')
  await expect(approve()).not.toHaveAttribute('aria-disabled', { timeout: 1_000 })
})

test('an approval that a newer release overtook is refused with both commits, and is not written down', async () => {
  let overtaken = () => {}
  const isOvertaken = new Promise<void>(done => {
    overtaken = done
  })
  await page.route('**/api/v1/projects/seeded/promotions/*/approve', async route => {
    await isOvertaken
    await route.continue()
  })
  await approve().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('the proof is green')
  const answered = page.waitForResponse(/\/promotions\/[^/]+\/approve$/)
  await dialog.getByRole('button', { name: `Approve ${short(proved)}` }).click()
  newest = await seeded.ship({ author: 'Ana', title: 'Written by the one who would approve it' })
  await asked(seeded.gantry, newest)
  const before = await rowsOf(seeded.gantry, 'promotion.approved')
  overtaken()
  expect((await answered).status()).toBe(409)
  await expect(dialog.getByRole('region', { name: 'Error' })).toContainText(short(proved))
  await expect(dialog.getByRole('region', { name: 'Error' })).toContainText(short(newest))
  expect(await rowsOf(seeded.gantry, 'promotion.approved')).toEqual(before)
  await page.unroute('**/api/v1/projects/seeded/promotions/*/approve')
})

test('who wrote a commit cannot approve it, and reads why', async () => {
  await prove(seeded.gantry, 'green')
  await page.goto(at(`/releases/${newest}`))
  await expect(approve()).toHaveAttribute('aria-disabled', 'true')
  await expect(approve()).toHaveAccessibleDescription('You wrote some of what it brings; someone else must approve it')
  await approve().click({ force: true })
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('a roll back says all it does, starts on Cancel, wants a reason, and is asked for once', async () => {
  await page.goto(at('/'))
  await page.getByRole('button', { name: 'Roll back staging…' }).click()
  const dialog = page.getByRole('alertdialog')
  const fact = (name: string) => dialog.getByRole('term').filter({ hasText: name }).locator('+ dd')
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await expect(fact('From')).toHaveText(short(newest))
  await expect(fact('To')).toContainText(short(proved))
  await expect(fact('Schema')).toContainText('fits')
  await expect(fact('Variables')).toHaveText('as they were, as far as is known')
  await expect(fact('Last time')).toHaveText('nothing was rolled back here yet')
  await expect(fact('After')).toContainText('promotions to staging are held until someone resumes them')
  const sent: string[] = []
  page.on('request', request => {
    if (request.url().endsWith('/rollback') && request.method() === 'POST') sent.push(request.url())
  })
  const act = dialog.getByRole('button', { name: `Roll back to ${short(proved)}` })
  await act.click()
  const reason = dialog.getByRole('textbox', { name: 'Reason' })
  await expect(reason).toBeFocused()
  await expect(reason).toHaveAccessibleDescription('Reason: expected a sentence, got nothing.')
  await reason.pressSequentially('seen')
  await reason.press('Enter')
  await reason.pressSequentially('twice')
  await expect(reason).toHaveValue('seen\ntwice')
  expect(sent).toEqual([])
  await act.dblclick()
  await expect(dialog).toBeHidden()
  expect(sent).toHaveLength(1)
})

test('after a roll back a reload shows the hold, the former release marked bad, and one row that says who and why', async () => {
  await expect.poll(async () => (await rowsOf(seeded.gantry, 'rollback.done')).length).toBe(1)
  const asking = await rowsOf(seeded.gantry, 'rollback.requested')
  expect(asking.map(({ actor, reason }) => ({ actor, reason }))).toEqual([{ actor: 'Ana', reason: 'seen\ntwice' }])
  await page.reload()
  await expect(page.getByText('Promotions to staging are held')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Resume…' })).toBeVisible()
  const cell = page.getByRole('cell', { name: new RegExp(`web in staging: .*release ${short(proved)}`) })
  await expect(cell).toBeVisible()
  await page.goto(at(`/releases/${newest}`))
  await expect(page.getByText(/marked bad:/).first()).toContainText('seen')
})

test('a dialog starts on its reason, is confirmed from there, and leaves the focus on the screen when its button is gone', async () => {
  await page.goto(at('/'))
  await page.getByRole('button', { name: 'Resume…' }).click()
  const reason = page.getByRole('dialog').getByRole('textbox', { name: 'Reason' })
  await expect(reason).toBeFocused()
  await page.keyboard.press('Control+Enter')
  await expect(reason).toHaveAccessibleDescription('Reason: expected a sentence, got nothing.')
  await page.keyboard.type('mended')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByRole('button', { name: 'Resume…' })).toBeHidden()
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
  expect((await rowsOf(seeded.gantry, 'hold.resumed')).map(({ reason: why }) => why)).toEqual(['mended'])
})

test('two releases are picked in their list by keyboard and compared, on a phone too', async () => {
  await page.setViewportSize({ width: 320, height: 700 })
  await page.goto(at('/releases'))
  for (const release of [proved, newest]) {
    await page.getByRole('checkbox', { name: `Pick ${short(release)} to compare` }).focus()
    await page.keyboard.press('Space')
  }
  await page.getByRole('link', { name: `Compare ${short(newest)} with ${short(proved)}` }).press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Compare two releases' })).toBeVisible()
  await expect(page.getByRole('region', { name: '1 commit' })).toContainText('Written by the one who would approve it')
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320)
})

test('each figure opens onto the rows of the ledger it is counted from', async () => {
  await page.goto(at('/releases/figures?environment=staging'))
  const all = page.getByRole('region', { name: 'All services' })
  await all.getByText('Deployments a week of all services').locator('xpath=ancestor::summary').click()
  const row = all.getByRole('link', { name: `${short(proved)} went live` })
  await row.click()
  await expect(page.locator('tr[aria-current=true]')).toContainText(short(proved))
})
