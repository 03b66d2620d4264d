import { textOf } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import { inputOf, type LintStep, runText, stepsBefore } from '../tree/lint-file.ts'
import { matchesIn } from '../tree/script-lines.ts'

export const shallowCheckoutForAffected = defineRule({
  id: 'shallow-checkout-for-affected',
  area: 'pnpm',
  severity: 'error',
  summary: 'A command for what changed since a branch, on a checkout of one commit.',
  why: 'There is no commit to compare with: the command fails, or takes everything for changed.',
  fix: 'Add `fetch-depth: 0` to the checkout; `filter: blob:none` keeps it fast.',
  bad: [
    `
- uses: actions/checkout@v4
- run: pnpm --filter "...[origin/main]" test # ✗
- run: turbo run build --affected # ✗`,
    `
- uses: actions/checkout@v4
  with:
    persist-credentials: false
- run: pnpm nx affected -t test # ✗`,
  ],
  good: [
    `
- uses: actions/checkout@v4
  with: { fetch-depth: 0 }
- run: pnpm --filter "...[origin/main]" test`,
    `
- uses: actions/checkout@v4
- run: git fetch --unshallow
- run: pnpm nx affected -t test`,
    `
- uses: actions/checkout@v4
  with: { fetch-depth: 2 }
- run: pnpm --filter "[HEAD^1]" test`,
    `
- uses: actions/checkout@v4
- run: pnpm --filter "./packages/*" test`,
  ],
  check: file =>
    file.steps.flatMap(step => {
      const asked = matchesIn(file, step, sinceOrigin)
      if (asked.length === 0 || fetches(step)) return []
      const before = stepsBefore(step)
      const checkout = before.findLast(({ uses }) => uses?.action === 'actions/checkout')
      if (checkout === undefined || !isShallow(checkout) || before.some(fetches)) return []
      return asked.map(({ match, text: _, ...at }) => ({
        at,
        message: `expected the whole history for "${match[0]}", got a checkout of one commit`,
      }))
    }),
})

/** A branch of the remote; `[HEAD^1]` needs two commits only. */
const sinceOrigin =
  /\[origin\/[^\]]+\]|\b(?:turbo|turbo run)\b[^\n]*--affected\b|\bnx affected\b|\blerna\b[^\n]*--since[= ]origin\/\S+|\bvitest\b[^\n]*--changed[= ]origin\/\S+|\bchangeset status --since[= ]origin\/\S+/

/** One commit: the action's own default. */
const isShallow = (checkout: LintStep): boolean => ['', '1'].includes(textOf(inputOf(checkout, 'fetch-depth')?.value))

const fetches = (step: LintStep): boolean =>
  /\bgit\b[^\n]*\b(fetch|pull|clone)\b/.test(runText(step)) || step.uses?.kind === 'local'
