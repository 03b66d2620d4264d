import { fieldsOf, isIgnoredFilter } from '@gantry/workflow'
import { defineRule } from '../rule.ts'

export const ignoredFilter = defineRule({
  id: 'ignored-filter',
  area: 'correctness',
  severity: 'warning',
  summary: 'A filter that its event does not have, such as `paths` of `merge_group`.',
  why: 'GitHub ignores it without a word: the workflow starts for every such event.',
  fix: 'Delete it, and decide in a first job, or with `if:`.',
  bad: [
    `
on:
  create:
    tags: ['v*'] # ✗
  merge_group:
    paths: ['src/**'] # ✗`,
  ],
  good: [
    `
on:
  push: { tags: ['v*'], paths: ['src/**'] }
  merge_group: { branches: [main] }`,
  ],
  check: file =>
    file.triggers.flatMap(({ event, value }) =>
      fieldsOf(value)
        .filter(({ key }) => isIgnoredFilter(event, key))
        .map(({ key, at }) => ({
          at,
          message: `expected ${event} to have no ${key}, which GitHub ignores there, got some`,
        })),
    ),
})
