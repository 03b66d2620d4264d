import { expect, type Page, test } from '@playwright/test'
import { uniqueName, urls } from '../environment.ts'

async function writeSite(page: Page, name: string, title: string, body: string) {
  await page.goto(urls.builder)
  await page.getByRole('button', { name: 'New site' }).click()
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Title').fill(title)
  await page.getByLabel('Text').fill(body)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('status')).toContainText(`Saved ${name}`)
}

test('a person writes a site, publishes it, and opens it', async ({ page, context }) => {
  const name = uniqueName('Bakery')
  await writeSite(page, name, 'Fresh <bread> & butter', 'Every day.\n\nFrom seven.')
  await expect(page.getByRole('link', { name: `Open ${name}` })).toHaveCount(0)

  await page.getByRole('button', { name: `Publish ${name}` }).click()
  await expect(page.getByRole('status')).toContainText('version 1')

  const opened = context.waitForEvent('page')
  await page.getByRole('link', { name: `Open ${name}` }).click()
  const site = await opened
  await expect(site).toHaveURL(new RegExp(`^${urls.runtime}/s/bakery-`))
  await expect(site.getByRole('heading', { level: 1 })).toHaveText('Fresh <bread> & butter')
  await expect(site.getByText('From seven.')).toBeVisible()
})

test('whoever has the page open sees the next version by itself', async ({ page, context }) => {
  const name = uniqueName('Menu')
  await writeSite(page, name, 'Monday', 'Soup.')
  await page.getByRole('button', { name: `Publish ${name}` }).click()
  const href = await page.getByRole('link', { name: `Open ${name}` }).getAttribute('href')

  const visitor = await context.newPage()
  await visitor.goto(href ?? '')
  await expect(visitor.getByRole('heading', { level: 1 })).toHaveText('Monday')

  await page.getByRole('button', { name: `Edit ${name}` }).click()
  await expect(page.getByLabel('Address')).not.toBeEditable()
  await page.getByLabel('Title').fill('Tuesday')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(visitor.getByRole('heading', { level: 1 })).toHaveText('Monday')
  await page.getByRole('button', { name: `Publish ${name}` }).click()
  await expect(visitor.getByRole('heading', { level: 1 })).toHaveText('Tuesday')
})

test('a draft with problems says where they are', async ({ page }) => {
  await page.goto(`${urls.builder}/#new`)
  await page.getByLabel('Name').fill('Café & Crème')
  await expect(page.getByLabel('Address')).toHaveValue('cafe-and-creme')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByLabel('Title')).toHaveAccessibleDescription('Write a title.')
  await expect(page.getByLabel('Title')).toBeFocused()
  await expect(page.getByLabel('Text')).toHaveAttribute('aria-invalid', 'true')
})
