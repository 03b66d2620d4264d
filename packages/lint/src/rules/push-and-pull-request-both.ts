import { fieldsOf, itemsOf, textOf, type Value, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'

export const pushAndPullRequestBoth = defineRule({
  id: 'push-and-pull-request-both',
  area: 'pnpm',
  severity: 'warning',
  summary: 'Every push and every pull request start the workflow.',
  why: 'A commit on a branch with a pull request is checked twice: twice the cost, and two results that may differ.',
  fix: 'Limit `push` to the branches that are merged into: `push: { branches: [main] }`.',
  bad: [
    `
on: [push, pull_request] # ✗`,
    `
on:
  push: # ✗
    branches: ['**']
  pull_request:`,
  ],
  good: [
    `
on:
  push: { branches: [main] }
  pull_request:`,
    `
on:
  push: { tags: ['v*'] }
  pull_request:`,
    `
on: [push, pull_request]
jobs:
  test:
    if: github.event_name == 'push' || github.event.pull_request.head.repo.full_name != github.repository
    runs-on: ubuntu-latest
    steps: [{ run: pnpm test }]`,
  ],
  check: file => {
    const push = file.triggers.find(({ event }) => event === 'push')
    const isBoth = file.triggers.some(({ event }) => event === 'pull_request')
    if (push === undefined || !isBoth || !runsEverywhere(push.value)) return []
    // The file tells the two apart by itself.
    if (file.jobs.some(({ value }) => /event_name|head\.repo|pull_request/.test(textOf(valueAt(value, 'if')))))
      return []
    return [{ at: push.at, message: 'expected push for some branches beside pull_request, got push for all of them' }]
  },
})

/** Without a filter, or with one that lets all branches in. */
function runsEverywhere(push: Value | undefined): boolean {
  const filters = fieldsOf(push)
  const branches = itemsOf(valueAt(push, 'branches')).map(textOf)
  if (branches.length > 0) return branches.includes('**') && !branches.some(branch => branch.startsWith('!'))
  return !filters.some(({ key }) => /^(tags|branches|paths)/.test(key))
}
