import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** Holds what a page shows to axe: no violation, and no contrast that axe could not judge in what is in sight. */
export async function expectNoFaults(page: Page, where: string): Promise<void> {
  const found = await new AxeBuilder({ page }).analyze()
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
 * axe cannot tell the contrast of what is scrolled out of its box: rows of a log or of a list of choices above and below those
 * in sight, which look like them. Answers the others.
 */
const inSight = (page: Page, selectors: string[]): Promise<string[]> =>
  page.evaluate(`${JSON.stringify(selectors)}.filter(selector => {
    const node = document.querySelector(selector)
    const box = node.closest('[role=log], [role=listbox]')?.getBoundingClientRect()
    const { top, bottom } = node.getBoundingClientRect()
    return !box || (top >= box.top && bottom <= box.bottom)
  })`)
