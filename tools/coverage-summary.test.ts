import { expect, test } from 'vitest'
import config from '../vitest.config.ts'
import { type CoverageSummary, coverageRows, coverageTable, isMet, thresholds } from './coverage-summary.ts'

const covered = (share: number) => ({ total: 10, covered: share })
const summary = (paths: Record<string, number>): CoverageSummary => ({
  total: { lines: covered(0), branches: covered(0) },
  ...Object.fromEntries(
    Object.entries(paths).map(([path, share]) => [
      `/anywhere/${path}`,
      { lines: covered(share), branches: covered(10) },
    ]),
  ),
})

test('counts by package, and over all of them from the files, not from the totals of the runs', () => {
  const rows = coverageRows([
    summary({ 'packages/core/src/a.ts': 10, 'packages/core/src/b.ts': 9 }),
    summary({ 'apps/dashboard/src/c.ts': 5 }),
  ])
  expect(rows.map(({ part, lines }) => [part, lines])).toEqual([
    ['apps/dashboard', 50],
    ['packages/core', 95],
    ['overall', 80],
  ])
  expect(rows.every(isMet)).toBe(true)
})

test('a package below its threshold is named in the table', () => {
  const rows = coverageRows([summary({ 'packages/core/src/a.ts': 9 })])
  expect(rows.every(isMet)).toBe(false)
  expect(coverageTable(rows)).toContain('| packages/core | 90.0 % | 100.0 % | 95 % **missed** |')
})

test('a file in two summaries is refused: adding it up would count it twice', () => {
  const one = summary({ 'packages/core/src/a.ts': 9 })
  expect(() => coverageRows([one, one])).toThrow('packages/core/src/a.ts is in two summaries')
})

test('the thresholds are those of vitest.config.ts', () => {
  const { overall, 'packages/core': core } = thresholds
  expect(config.test?.coverage?.thresholds).toMatchObject({
    lines: overall,
    branches: overall,
    'packages/core/src/**': { lines: core, branches: core },
  })
})
