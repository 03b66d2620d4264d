import { expect, test } from '@playwright/test'
import { urls } from '../environment.ts'

test('the front door leads into the builder of the same environment', async ({ page }) => {
  await page.goto(urls.marketing)
  await expect(page).toHaveTitle(/sitebuilder/)
  const start = page.getByRole('link', { name: 'Start a site' })
  await expect(start).toHaveAttribute('href', `${urls.builder}/#new`)
  await start.click()
  await expect(page.getByRole('heading', { name: 'New site' })).toBeVisible()
})

test('the services answer for their health', async ({ request }) => {
  for (const url of [urls.backend, urls.runtime]) {
    const response = await request.get(`${url}/healthz`)
    expect(await response.json()).toMatchObject({ status: 'ok' })
  }
})

test('a page nobody published is a plain 404', async ({ page }) => {
  const response = await page.goto(`${urls.runtime}/s/nobody-published-this`)
  expect(response?.status()).toBe(404)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No page here')
})
