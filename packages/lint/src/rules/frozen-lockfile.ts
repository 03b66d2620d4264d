import { defineRule } from '../rule.ts'
import { hasEvent, type LintStep, runText } from '../tree/lint-file.ts'
import { matchesIn } from '../tree/script-lines.ts'

export const frozenLockfile = defineRule({
  id: 'frozen-lockfile',
  area: 'pnpm',
  severity: 'warning',
  summary: 'An install that may write another lockfile, in a workflow that checks code.',
  why: 'The check passes with versions nobody committed, and fails or differs the next day.',
  fix: 'Write `pnpm install --frozen-lockfile`.',
  bad: [
    `
on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: pnpm install --no-frozen-lockfile # ✗
      - run: pnpm i --frozen-lockfile=false # ✗`,
  ],
  good: [
    `
on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: pnpm install --frozen-lockfile
      - run: pnpm install`,
    `
on: schedule
jobs:
  update:
    runs-on: ubuntu-latest
    steps:
      - run: pnpm install --no-frozen-lockfile`,
    `
on: push
jobs:
  update:
    runs-on: ubuntu-latest
    steps:
      - run: pnpm install --no-frozen-lockfile
      - run: git commit -am "Update the lockfile" && git push`,
  ],
  check: file =>
    hasEvent(file, 'pull_request', 'merge_group', 'push')
      ? file.steps.flatMap(step => {
          const installs = matchesIn(
            file,
            step,
            /\bpnpm\b[^\n&|;]*\b(?:i|install)\b[^\n&|;]*--(?:no-frozen-lockfile|frozen-lockfile[= ]false)\b/,
          )
          if (installs.length === 0 || step.siblings.some(writes)) return []
          return installs.map(({ match, ...at }) => ({
            at,
            message: `expected an install of the committed lockfile, got "${match[0]}"`,
          }))
        })
      : [],
})

/** Updating the lockfile is what such a job is for; adding a package needs it. */
const writes = (step: LintStep): boolean =>
  /\bgit\b[^\n]*\b(push|commit)\b|\bpnpm\b[^\n]*\b(add|up|update|dedupe)\b/.test(runText(step)) ||
  /create-pull-request|auto-commit|add-and-commit|autofix|changesets\/action/.test(step.uses?.action ?? '')
