import { expect, test } from 'vitest'
import { root } from './command.ts'
import { sourceFiles } from './source-files.ts'
import { isAction, isWorkflow, workflowFaults } from './workflow-rules.ts'

const sha = '3d3c42e5aac5ba805825da76410c181273ba90b1'
const workflow = (o: { uses?: string; run?: string; job?: string; top?: string } = {}) =>
  workflowFaults([
    {
      path: '.github/workflows/x.yml',
      text: `name: x
on: push
${o.top ?? 'permissions: {}'}
jobs:
  a:
    runs-on: ubuntu-latest
    ${o.job ?? 'timeout-minutes: 5'}
    steps:
      - uses: ${o.uses ?? `actions/checkout@${sha} # v7.0.1`}
      - run: ${o.run ?? 'echo hello'}
`,
    },
  ])

test('our own workflow files keep the rules', async () => {
  const files = await sourceFiles(root, ['.github'], path => isWorkflow(path) || isAction(path))
  expect(files.length).toBeGreaterThan(3)
  expect(workflowFaults(files)).toEqual([])
})

test('a file that keeps the rules has no faults', () => {
  expect(workflow()).toEqual([])
  expect(workflow({ uses: './.github/actions/x' })).toEqual([])
})

test('an action is pinned by commit and says which version that is', () => {
  expect(workflow({ uses: 'actions/checkout@v7' })).toHaveLength(1)
  expect(workflow({ uses: `actions/checkout@${sha}` })).toHaveLength(1)
})

test('a job ends by itself, and permissions are stated', () => {
  expect(workflow({ job: 'name: a' })).toEqual([
    '.github/workflows/x.yml: expected job a to have timeout-minutes, got none',
  ])
  expect(workflow({ top: 'env: {}' })).toHaveLength(1)
})

test('nothing is put into a script, on one line or on several', () => {
  const outside = ['$', '{{ github.ref }}'].join('')
  expect(workflow({ run: `echo ${outside}` })).toHaveLength(1)
  expect(workflow({ run: `|\n          echo 1\n          echo ${outside}` })).toHaveLength(1)
  expect(workflow({ run: `|\n          echo 1\n        env:\n          A: ${outside}` })).toEqual([])
})

test('a file that Gantry cannot read is a fault, with its line', () => {
  expect(workflow({ job: 'timout-minutes: 5' })[0]).toMatch(/^\.github\/workflows\/x\.yml:\d+/)
})
