import { fieldsOf, textOf, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'

export const insecureCommands = defineRule({
  id: 'insecure-commands',
  area: 'security',
  severity: 'error',
  summary: '`ACTIONS_ALLOW_UNSECURE_COMMANDS` turned on.',
  why: 'Anything a step prints can then set variables and the path of the next ones.',
  fix: 'Delete it, and write to `$GITHUB_ENV` and `$GITHUB_PATH`.',
  bad: [
    `
- env:
    ACTIONS_ALLOW_UNSECURE_COMMANDS: true # ✗
  run: ./build.sh`,
  ],
  good: [
    `
- env:
    ACTIONS_ALLOW_UNSECURE_COMMANDS: false
  run: ./build.sh`,
  ],
  check: file =>
    [file.root, ...file.jobs.map(({ value }) => value), ...file.steps.map(({ value }) => value)]
      .flatMap(value => fieldsOf(valueAt(value, 'env')))
      .filter(({ key, value }) => key === 'ACTIONS_ALLOW_UNSECURE_COMMANDS' && textOf(value) === 'true')
      .map(({ at, value }) => ({
        at: { from: at.from, to: value.to },
        message: 'expected unsecure commands to stay off, got true',
      })),
})
