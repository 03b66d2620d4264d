import { defineRule } from '../rule.ts'
import { publishes } from '../tree/deployments.ts'
import { inputOf, type LintFile, type LintStep, stepsAfter } from '../tree/lint-file.ts'
import { fieldOf, textOf } from '../tree/value.ts'

export const cachePoisoning = defineRule({
  id: 'cache-poisoning',
  area: 'security',
  severity: 'warning',
  summary: 'A job that publishes on a release or a tag and restores a cache before.',
  why: 'Other workflows of the default branch write that cache; whoever taints one puts their code into what you publish.',
  fix: 'Publish from a clean install, without the cache.',
  bad: [
    `
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v4
        with:
          node-version: 24
          cache: pnpm # ✗
      - run: pnpm publish -r`,
  ],
  good: [
    `
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v4
        with: { node-version: 24 }
      - run: pnpm publish -r`,
    `
on: { push: { branches: [main] } }
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v4
        with: { node-version: 24, cache: pnpm }
      - run: pnpm publish -r`,
  ],
  check: file =>
    isReleased(file)
      ? file.steps.flatMap(step => {
          const at = cacheOf(step)
          if (at === undefined || !stepsAfter(step).some(publishes)) return []
          return [{ at, message: 'expected a job that publishes to install afresh, got one that restores a cache' }]
        })
      : [],
})

const isReleased = ({ triggers }: LintFile): boolean =>
  triggers.some(
    ({ event, value }) =>
      event === 'release' || (event === 'push' && fieldOf(value, 'tags') && !fieldOf(value, 'branches')),
  )

function cacheOf(step: LintStep) {
  const action = step.uses?.action ?? ''
  const asked = inputOf(step, 'cache')?.value
  if (/^actions\/cache(\/restore)?$/.test(action)) return step.uses
  const caches = /^actions\/setup-(node|python|java)$|^pnpm\/action-setup$/.test(action)
  return caches && asked && !['', 'false'].includes(textOf(asked)) && !textOf(asked).includes('${{') ? asked : undefined
}
