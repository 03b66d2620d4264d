import { expect, test } from 'vitest'
import { transitionTable } from './states-docs.ts'

test('every transition table is shown, an end as an end, and nothing else of the module', () => {
  const table = transitionTable({ doorTransitions: { open: ['shut', 'gone'], gone: [] }, doors: ['x'] })
  expect(table).toBe(
    '| of | from | to |\n|---|---|---|\n| door | `open` | `shut`, `gone` |\n| door | `gone` | nothing |',
  )
})

test("core's tables are found", () => {
  expect(transitionTable()).toContain('| deployment | `planned` | `deploying`')
})
