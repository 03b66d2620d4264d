import { fieldsOf } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import { gateOf } from '../tree/branch-protection.ts'

export const requiredCheckBehindPaths = defineRule({
  id: 'required-check-behind-paths',
  area: 'pnpm',
  severity: 'warning',
  summary: 'A path filter on a workflow whose gate job a branch protection asks for.',
  why: 'A pull request that touches no such path starts nothing, and the required check waits for ever.',
  fix: 'Take the filter out of `on:` and let a first job find out what changed.',
  bad: [
    `
on:
  pull_request:
    paths: ['src/**'] # ✗
jobs:
  test:
    runs-on: ubuntu-latest
    steps: [{ run: pnpm test }]
  gate:
    needs: [test]
    if: always()
    runs-on: ubuntu-latest
    steps:
      - if: contains(needs.*.result, 'failure')
        run: exit 1`,
  ],
  good: [
    `
on:
  pull_request:
    paths: ['docs/**']
jobs:
  spell:
    runs-on: ubuntu-latest
    steps: [{ run: pnpm spell }]`,
  ],
  check: file =>
    gateOf(file) === undefined
      ? []
      : file.triggers
          .filter(({ event }) => event === 'pull_request')
          .flatMap(({ value }) => fieldsOf(value))
          .filter(({ key }) => key === 'paths' || key === 'paths-ignore')
          .map(({ key, at }) => ({
            at,
            message: `expected a required check to run for every pull request, got ${key}`,
          })),
})
