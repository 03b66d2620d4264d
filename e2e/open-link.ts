import type { Page } from '@playwright/test'

/**
 * Opens a sign-in link and presses its button: to look at a link uses nothing. It is over on a screen of the one project:
 * the page before leads on by itself, and would interrupt whatever is opened meanwhile.
 */
export async function openLink(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(address => address.pathname.startsWith('/p/'))
}
