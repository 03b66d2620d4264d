import { satisfiesRange, textOf } from '@gantry/workflow'
import { defineRule, type Found } from '../rule.ts'
import { inputOf, type LintFile, type LintStep, runText, stepsAfter } from '../tree/lint-file.ts'
import { matrixValues } from '../tree/matrix-keys.ts'
import { isPnpmSetup, pnpmVersionAt, runsPnpm } from '../tree/pnpm-setup.ts'
import { referenceOf } from '../tree/references.ts'

export const nodeSatisfiesPnpm = defineRule({
  id: 'node-satisfies-pnpm',
  area: 'pnpm',
  severity: 'error',
  summary: 'A Node version that the pnpm of the job does not run on.',
  why: 'It stops with "This version of pnpm requires at least Node.js …", before any of your code runs.',
  fix: 'Raise the Node version, or use an older pnpm for that leg.',
  bad: [
    {
      text: `
- uses: pnpm/action-setup@v4
- uses: actions/setup-node@v4
  with:
    node-version: 20 # ✗
- run: pnpm install`,
      files: { 'package.json': '{ "packageManager": "pnpm@11.2.0" }' },
    },
    `
jobs:
  test:
    runs-on: ubuntu-latest
    strategy: { matrix: { node: [16, 22] } }
    steps:
      - uses: pnpm/action-setup@v4
        with: { version: 10 }
      - uses: actions/setup-node@v4
        with:
          node-version: \${{ matrix.node }} # ✗
      - run: pnpm test`,
  ],
  good: [
    {
      text: `
- uses: pnpm/action-setup@v4
- uses: actions/setup-node@v4
  with: { node-version: 22 }
- run: pnpm install`,
      files: { 'package.json': '{ "packageManager": "pnpm@11.2.0" }' },
    },
    `
- uses: pnpm/action-setup@v4
  with: { version: 10, standalone: true }
- uses: actions/setup-node@v4
  with: { node-version: 16 }
- run: pnpm install`,
    `
- uses: pnpm/action-setup@v4
  with: { version: 10 }
- uses: actions/setup-node@v4
  with: { node-version: lts/* }
- run: pnpm install`,
    {
      text: `
- uses: actions/setup-node@v4
  with: { node-version: 16 }
- run: npx pnpm@8 install
- run: npm install --global pnpm@8
- run: pnpm test`,
      files: { 'package.json': '{ "packageManager": "pnpm@11.2.0" }' },
    },
    {
      text: `
jobs:
  test:
    runs-on: ubuntu-latest
    strategy: { matrix: { include: [{ node: 18, pnpm: 9 }, { node: 22, pnpm: 11 }] } }
    steps:
      - uses: pnpm/action-setup@v3
        with: { version: "\${{ matrix.pnpm }}" }
      - uses: actions/setup-node@v4
        with: { node-version: "\${{ matrix.node }}" }
      - run: pnpm test`,
      files: { 'package.json': '{ "packageManager": "pnpm@11.2.0" }' },
    },
  ],
  check: file =>
    file.steps.filter(({ uses }) => uses?.action === 'actions/setup-node').flatMap(step => faultOf(file, step)),
})

/** `engines.node` of the last release of each line of pnpm. */
const engines: Record<number, string> = {
  7: '>=14.6',
  8: '>=16.14',
  9: '>=18.12',
  10: '>=18.12',
  11: '>=22.13',
  12: '>=18',
}

function faultOf(file: LintFile, step: LintStep): Found[] {
  const asked = inputOf(step, 'node-version')?.value
  const user = firstUse(step)
  const pnpm = user && pnpmVersionAt(file, user)
  const range = pnpm === undefined ? undefined : engines[Number(pnpm.split('.')[0])]
  if (asked === undefined || range === undefined || bringsOwnNode(step)) return []
  const old = versionsOf(file, step, asked).find(version => isTooOld(version, range))
  if (old === undefined) return []
  return [{ at: asked, message: `expected Node ${range} for pnpm ${pnpm}, got ${old}` }]
}

/** What is asked for, leg by leg; only plain versions can be judged. */
function versionsOf(
  file: LintFile,
  { job }: LintStep,
  asked: NonNullable<Found['at']> & Parameters<typeof textOf>[0],
): string[] {
  const [expression] = file.expressionsIn(asked)
  const [context, key, ...rest] = referenceOf(expression?.tree) ?? []
  if (context === 'matrix' && key !== undefined && rest.length === 0 && job) return matrixValues(job, key) ?? []
  return expression ? [] : [textOf(asked)]
}

/** `22` and `22.x` are the newest 22. */
function isTooOld(version: string, range: string): boolean {
  const [, major, minor = '999', patch = '999'] = /^v?(\d+)(?:\.(\d+|x))?(?:\.(\d+|x))?$/.exec(version.trim()) ?? []
  if (major === undefined) return false
  return !satisfiesRange(range, [major, minor, patch].map(part => part.replace('x', '999')).join('.'))
}

/** `standalone: true` is pnpm with a Node of its own. */
const bringsOwnNode = ({ siblings }: LintStep): boolean =>
  siblings.some(step => isPnpmSetup(step) && textOf(inputOf(step, 'standalone')?.value) === 'true')

/** The first step that runs pnpm with this Node: setup-node itself asks it for its store. */
function firstUse(step: LintStep): LintStep | undefined {
  if (textOf(inputOf(step, 'cache')?.value) === 'pnpm') return step
  return stepsAfter(step).find(later => runsPnpm(runText(later)))
}
