import { fieldOf } from '@gantry/workflow'
import { defineRule } from '../rule.ts'

export const missingTimeout = defineRule({
  id: 'missing-timeout',
  area: 'correctness',
  severity: 'note',
  summary: 'A job without `timeout-minutes`.',
  why: 'What hangs holds a runner for six hours, and you pay for them.',
  fix: 'Add `timeout-minutes`, about three times what the job takes.',
  bad: [
    `
jobs:
  build: # ✗
    runs-on: ubuntu-latest
    steps: [{ run: pnpm build }]`,
  ],
  good: [
    `
jobs:
  build:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps: [{ run: pnpm build }]
  shared:
    uses: ./.github/workflows/test.yml`,
    `
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{ run: pnpm build, timeout-minutes: 10 }]`,
  ],
  check: file =>
    file.jobs
      .filter(({ value, uses }) => fieldOf(value, 'timeout-minutes') === undefined && uses === undefined)
      .filter(({ steps }) => !steps.every(step => fieldOf(step.value, 'timeout-minutes')))
      .map(({ key, at }) => ({ at, message: `expected job ${key} to have timeout-minutes, got none` })),
})
