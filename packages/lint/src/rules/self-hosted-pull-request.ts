import { itemsOf, textOf, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import { hasEvent } from '../tree/lint-file.ts'

export const selfHostedPullRequest = defineRule({
  id: 'self-hosted-pull-request',
  area: 'security',
  severity: 'note',
  summary: 'A self-hosted runner that runs pull requests.',
  why: 'In a public repository anybody runs code on that machine, and what it leaves there meets the next job.',
  fix: 'Use a hosted runner for pull requests, or runners that live for one job.',
  bad: [
    `
on: pull_request
jobs:
  build:
    runs-on: [self-hosted, linux] # ✗
    steps: [{ run: pnpm build }]`,
  ],
  good: [
    `
on: { push: { branches: [main] } }
jobs:
  build:
    runs-on: [self-hosted, linux]
    steps: [{ run: pnpm build }]`,
  ],
  check: file =>
    hasEvent(file, 'pull_request', 'pull_request_target')
      ? file.jobs.flatMap(({ value }) => {
          const runsOn = valueAt(value, 'runs-on')
          const label = itemsOf(runsOn).find(item => textOf(item) === 'self-hosted')
          if (runsOn === undefined || label === undefined) return []
          return [{ at: label, message: 'expected a hosted runner for pull requests, got self-hosted' }]
        })
      : [],
})
