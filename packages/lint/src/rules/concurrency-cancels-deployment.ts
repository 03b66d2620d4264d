import { textOf, type Value, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import { deploys, environmentOf, publishes } from '../tree/deployments.ts'
import type { LintJob } from '../tree/lint-file.ts'

export const concurrencyCancelsDeployment = defineRule({
  id: 'concurrency-cancels-deployment',
  area: 'pnpm',
  severity: 'warning',
  summary: '`cancel-in-progress: true` over a job that deploys or publishes.',
  why: 'The next push stops it halfway: migrations without the code, or half of the packages.',
  fix: 'Write `cancel-in-progress: false` there, or cancel only for pull requests.',
  bad: [
    `
on: { push: { branches: [main] } }
concurrency:
  group: deploy
  cancel-in-progress: true # ✗
jobs:
  deploy:
    environment: production
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy.sh }]`,
    `
on: { push: { branches: [main] } }
jobs:
  publish:
    concurrency:
      group: publish
      cancel-in-progress: true # ✗
    runs-on: ubuntu-latest
    steps: [{ run: pnpm publish -r }]`,
  ],
  good: [
    `
on: [push, pull_request]
concurrency:
  group: ci-\${{ github.ref }}
  cancel-in-progress: \${{ github.event_name == 'pull_request' }}
jobs:
  deploy:
    environment: production
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy.sh }]`,
    `
on: pull_request
concurrency: { group: preview, cancel-in-progress: true }
jobs:
  preview:
    environment: production
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy.sh }]`,
    `
on: push
concurrency: { group: ci, cancel-in-progress: true }
jobs:
  test:
    environment: secrets-of-ci
    runs-on: ubuntu-latest
    steps: [{ run: pnpm test }]`,
    `
on: { push: { branches: [main] } }
concurrency: { group: "publish-\${{ github.sha }}", cancel-in-progress: true }
jobs:
  publish:
    runs-on: ubuntu-latest
    steps: [{ run: pnpm publish -r }]`,
  ],
  check: file => {
    if (file.triggers.every(({ event }) => /^pull_request/.test(event))) return []
    const shared = file.jobs
      .filter(isDeployment)
      .map(({ key }) => ({ key, concurrency: valueAt(file.root, 'concurrency') }))
    const own = file.jobs
      .filter(isDeployment)
      .map(({ key, value }) => ({ key, concurrency: valueAt(value, 'concurrency') }))
    return [...shared.slice(0, 1), ...own].flatMap(({ key, concurrency }) => {
      const cancel = cancelling(concurrency)
      return cancel
        ? [{ at: cancel, message: `expected ${key} to be left to finish, got cancel-in-progress: true` }]
        : []
    })
  },
})

const isDeployment = (job: LintJob): boolean => {
  // An environment may only guard secrets: what its steps do says whether something is deployed.
  if (/preview|review|\bpr\b/i.test(environmentOf(job))) return false
  // A condition on the event says that pull requests are not what it is for, or all it is for.
  if (/event_name\s*==\s*'pull_request'/.test(textOf(valueAt(job.value, 'if')))) return false
  return job.steps.some(step => publishes(step) || deploys(step))
}

/** A group of its own for each commit or run cancels nobody. */
function cancelling(concurrency: Value | undefined): Value | undefined {
  const cancel = valueAt(concurrency, 'cancel-in-progress')
  const isUnique = /github\.(sha|run_id)/.test(textOf(valueAt(concurrency, 'group')))
  return cancel && textOf(cancel) === 'true' && !isUnique ? cancel : undefined
}
