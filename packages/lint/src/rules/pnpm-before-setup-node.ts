import { itemsOf, textOf, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import { inputOf, stepsAfter, stepsBefore } from '../tree/lint-file.ts'
import { isPnpmSetup, mayBringPnpm } from '../tree/pnpm-setup.ts'

export const pnpmBeforeSetupNode = defineRule({
  id: 'pnpm-before-setup-node',
  area: 'pnpm',
  severity: 'error',
  summary: '`setup-node` with `cache: pnpm` before pnpm is there.',
  why: 'It asks pnpm where its store is and fails: "Unable to locate executable file: pnpm".',
  fix: 'Put the step that installs pnpm in front of it.',
  bad: [
    `
- uses: actions/setup-node@v4
  with:
    node-version: 24
    cache: pnpm # ✗
- uses: pnpm/action-setup@v4`,
    `
- uses: actions/setup-node@v4
  with:
    cache: pnpm # ✗
- run: corepack enable`,
  ],
  good: [
    `
- uses: pnpm/action-setup@v4
- uses: actions/setup-node@v4
  with: { node-version: 24, cache: pnpm }`,
    `
- run: npm install --global pnpm@10
- uses: actions/setup-node@v4
  with: { node-version: 24, cache: pnpm }`,
    `
- uses: ./.github/actions/set-up
- uses: actions/setup-node@v4
  with: { cache: pnpm }`,
    `
- uses: actions/setup-node@v4
- uses: pnpm/action-setup@v4`,
  ],
  check: file =>
    file.steps.flatMap(step => {
      const cache = step.uses?.action === 'actions/setup-node' ? inputOf(step, 'cache')?.value : undefined
      if (cache === undefined || textOf(cache) !== 'pnpm' || stepsBefore(step).some(mayBringPnpm)) return []
      const later = stepsAfter(step).find(isPnpmSetup)
      // A machine of one's own, an image, or the caller of an action may have it.
      const mayBeThere = step.job === undefined || valueAt(step.job.value, 'container') || !isHosted(step.job.value)
      if (later === undefined && mayBeThere) return []
      return [
        {
          at: cache,
          message: `expected pnpm to be installed before this, got ${later ? 'its step after it' : 'no step that does'}`,
        },
      ]
    }),
})

const isHosted = (job: Parameters<typeof valueAt>[0]): boolean =>
  itemsOf(valueAt(job, 'runs-on')).every(label =>
    /^(ubuntu|macos|windows)-|matrix\.(os|platform|runner)/i.test(textOf(label)),
  )
