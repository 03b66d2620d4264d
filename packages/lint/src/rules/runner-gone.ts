import { itemsOf, textOf, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import { matrixValues } from '../tree/matrix-keys.ts'
import { referenceOf } from '../tree/references.ts'

export const runnerGone = defineRule({
  id: 'runner-gone',
  area: 'correctness',
  severity: 'error',
  summary: 'A hosted runner that GitHub has shut down.',
  why: 'The job waits for a machine that never comes.',
  fix: 'Use ubuntu-latest, macos-latest or windows-latest, or a version that still exists.',
  bad: [
    `
jobs:
  build:
    runs-on: ubuntu-20.04 # ✗
    steps: [{ run: pnpm build }]`,
    `
jobs:
  build:
    runs-on: \${{ matrix.os }} # ✗
    strategy: { matrix: { os: [ubuntu-latest, macos-12] } }
    steps: [{ run: pnpm build }]`,
  ],
  good: [
    `
jobs:
  build:
    runs-on: ubuntu-24.04
    steps: [{ run: pnpm build }]
  own:
    runs-on: [self-hosted, ubuntu-20.04]
    steps: [{ run: pnpm build }]`,
  ],
  check: file =>
    file.jobs.flatMap(job => {
      const runsOn = valueAt(job.value, 'runs-on')
      const labels = itemsOf(runsOn)
      if (runsOn === undefined || labels.length !== 1) return []
      const [expression] = file.expressionsIn(labels[0])
      const [context, key, ...rest] = referenceOf(expression?.tree) ?? []
      const values =
        context === 'matrix' && key && rest.length === 0 ? (matrixValues(job, key) ?? []) : [textOf(labels[0])]
      const old = values.find(value => gone.test(value))
      return old === undefined ? [] : [{ at: runsOn, message: `expected a runner that exists, got "${old}"` }]
    }),
})

/** https://github.com/actions/runner-images#available-images and its announcements of removals. */
const gone = /^(ubuntu-(16|18|20)\.04|macos-(10\.15|11|12|13)(-large|-xlarge)?|windows-(2016|2019))$/i
