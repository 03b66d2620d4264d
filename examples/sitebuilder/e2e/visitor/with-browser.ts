import { expect, type Locator, type Page } from '@playwright/test'
import { urls } from '../environment.ts'
import type { Reader, Visitor } from './visitor.ts'

/** A person with a browser. */
export function withBrowser(page: Page): Visitor {
  const status = page.getByRole('status')
  const save = () => page.getByRole('button', { name: 'Save' }).click()
  return {
    async openFrontDoor() {
      await page.goto(urls.marketing)
      const start = page.getByRole('link', { name: 'Start a site' })
      await expect(start).toHaveAttribute('href', /^https?:/)
      return { title: await page.title(), start: (await start.getAttribute('href')) ?? '' }
    },
    async startSite() {
      await page.getByRole('link', { name: 'Start a site' }).click()
      await expect(page.getByRole('heading', { name: 'New site' })).toBeVisible()
    },
    async write({ name, title, body }) {
      await page.goto(urls.builder)
      await page.getByRole('button', { name: 'New site' }).click()
      await page.getByLabel('Name').fill(name)
      await page.getByLabel('Title').fill(title)
      await page.getByLabel('Text').fill(body)
      await save()
      await expect(status).toContainText(`Saved ${name}`)
    },
    async writeNameOnly({ name, address }) {
      await page.goto(`${urls.builder}/#new`)
      await page.getByLabel('Name').fill(name)
      await expect(page.getByLabel('Address')).toHaveValue(address)
      await save()
      const title = page.getByLabel('Title')
      await expect(title).toBeFocused()
      return { title: await problemOf(title), body: await problemOf(page.getByLabel('Text')) }
    },
    async retitle(name, title) {
      await page.getByRole('button', { name: `Edit ${name}` }).click()
      await expect(page.getByLabel('Address')).not.toBeEditable()
      await page.getByLabel('Title').fill(title)
      await save()
      await expect(status).toContainText(`Saved ${name}`)
    },
    async publish(name) {
      await page.getByRole('button', { name: `Publish ${name}` }).click()
      await expect(status).toContainText(/version \d+/)
      // The list is asked for anew behind the words.
      await expect(page.getByRole('link', { name: `Open ${name}` })).toBeVisible()
      return Number(/version (\d+)/.exec((await status.textContent()) ?? '')?.[1])
    },
    async publishedAt(name) {
      const link = page.getByRole('link', { name: `Open ${name}` })
      return (await link.count()) === 0 ? null : link.getAttribute('href')
    },
    async open(url) {
      const opened = await page.context().newPage()
      await opened.goto(url)
      return readerOf(opened)
    },
    async look(url) {
      const response = await page.goto(url)
      return { status: response?.status() ?? 0, heading: await headingOf(page) }
    },
  }
}

/** What stands at a field as its problem, where a screen reader says it too. */
async function problemOf(field: Locator): Promise<string> {
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  const [id] = ((await field.getAttribute('aria-describedby')) ?? '').split(' ')
  return textOf(field.page().locator(`[id="${id}"]`))
}

const readerOf = (page: Page): Reader => ({
  url: page.url(),
  heading: () => headingOf(page),
  text: () => textOf(page.getByRole('main')),
})

const headingOf = (page: Page): Promise<string> => textOf(page.getByRole('heading', { level: 1 }))
const textOf = async (element: Locator): Promise<string> => (await element.textContent()) ?? ''
