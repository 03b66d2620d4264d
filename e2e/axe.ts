import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** Rules of axe that look at colours: https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md */
const ofColours = ['color-contrast', 'link-in-text-block']

/** The same page in both colour schemes: it differs in its colours, and only what looks at those is asked twice. */
export async function expectNoFaultsInBoth(page: Page, where: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
    await expectNoFaults(page, `${where}, ${colorScheme}`, colorScheme === 'light' ? 'all' : ofColours)
  }
}

/** Holds what a page shows to axe: no violation, and no contrast that axe could not judge in what is in sight. */
export async function expectNoFaults(page: Page, where: string, rules: 'all' | string[] = 'all'): Promise<void> {
  // What comes in while axe looks moves what it looks at, and then it cannot judge: it is asked again.
  await expect(() => expectNoFaultsNow(page, where, rules)).toPass({ timeout: 20_000 })
}

async function expectNoFaultsNow(page: Page, where: string, rules: 'all' | string[]): Promise<void> {
  // The usual mode puts the results of frames together in a blank page, loaded for each question: no page here has frames.
  const axe = new AxeBuilder({ page }).setLegacyMode()
  const found = await (rules === 'all' ? axe : axe.withRules(rules)).analyze()
  const faults = found.violations.map(
    ({ id, nodes }) => `${where} ${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`,
  )
  expect(faults).toEqual([])
  const contrast = found.incomplete.filter(({ id }) => id === 'color-contrast').flatMap(({ nodes }) => nodes)
  const open = Object.fromEntries(contrast.map(({ target, any }) => [String(target[0]), any[0]?.message]))
  const seen = await inSight(page, Object.keys(open))
  expect(seen.map(selector => `${where} ${selector}: ${open[selector]}`)).toEqual([])
}

/**
 * axe cannot tell the contrast of what is scrolled out of its box, or below the heads of its columns: rows of a log or of a list of choices above and below those
 * in sight, which look like them. Answers the others.
 */
const inSight = (page: Page, selectors: string[]): Promise<string[]> =>
  page.evaluate(`${JSON.stringify(selectors)}.filter(selector => {
    const node = document.querySelector(selector)
    const region = node.closest('[role=log], [role=listbox]')
    const box = region?.getBoundingClientRect()
    const from = region?.querySelector('[data-heads]')?.getBoundingClientRect().bottom ?? box?.top
    const { top, bottom } = node.getBoundingClientRect()
    return !box || node.closest('[data-heads]') || (top >= from && bottom <= box.bottom)
  })`)
