import { posix } from 'node:path'
import { didYouMean } from '@gantry/core/words'
import { fieldsOf, isEmpty, textOf, type Value, valueAt, valueTree } from '@gantry/workflow'
import { parseDocument } from 'yaml'
import { defineRule, type Found } from '../rule.ts'
import type { LintFile } from '../tree/lint-file.ts'
import type { Uses } from '../tree/uses.ts'

const shared = {
  '.github/workflows/deploy.yml': `
on:
  workflow_call:
    inputs:
      environment: { type: string, required: true }
jobs: {}`,
}

export const wrongCall = defineRule({
  id: 'wrong-call',
  area: 'correctness',
  severity: 'error',
  summary: 'A workflow or action of this repository that is missing, or called with other inputs than it has.',
  why: 'GitHub refuses to start the workflow, or the action never sees the input.',
  fix: 'Use the path and the inputs it has.',
  bad: [
    {
      text: `
jobs:
  staging:
    uses: ./.github/workflows/deploy.yml # ✗
  production:
    uses: ./.github/workflows/deploy.yml
    with:
      environment: production
      verison: 1 # ✗`,
      files: shared,
    },
    {
      text: `
jobs:
  staging:
    uses: ./.github/workflows/gone.yml # ✗`,
      files: shared,
    },
  ],
  good: [
    {
      text: `
jobs:
  staging:
    uses: ./.github/workflows/deploy.yml
    with: { Environment: staging }`,
      files: shared,
    },
    `
- uses: ./built-by-an-earlier-step`,
  ],
  check: file => [
    ...file.jobs.flatMap(({ uses, value }) => (uses ? workflowFaults(file, uses, valueAt(value, 'with')) : [])),
    ...file.steps.flatMap(({ uses, value }) => (uses ? actionFaults(file, uses, valueAt(value, 'with')) : [])),
  ],
})

function workflowFaults(file: LintFile, uses: Uses, given: Value | undefined): Found[] {
  if (uses.kind !== 'local' || uses.text.includes('${{')) return []
  const root = read(file, uses.text)
  if (root === null)
    return [{ at: uses, message: `expected a workflow of this repository, got "${uses.text}", which is missing` }]
  const call = root && valueAt(root, 'on', 'workflow_call')
  if (root === undefined || call === undefined) return []
  const names = fieldsOf(given).map(({ key }) => key.toLowerCase())
  const inputs = fieldsOf(valueAt(call, 'inputs'))
  const missing = inputs.filter(
    ({ key, value }) =>
      textOf(valueAt(value, 'required')) === 'true' &&
      isEmpty(valueAt(value, 'default')) &&
      !names.includes(key.toLowerCase()),
  )
  return [
    ...missing.map(({ key }) => ({
      at: uses,
      message: `expected the input ${key}, which ${uses.text} requires, got none`,
    })),
    ...unknown(
      uses,
      given,
      inputs.map(({ key }) => key),
    ),
  ]
}

/** An action may be built or fetched by an earlier step, so a missing one is no fault. */
function actionFaults(file: LintFile, uses: Uses, given: Value | undefined): Found[] {
  if (uses.kind !== 'local' || uses.text.includes('${{')) return []
  const root = read(file, `${uses.text}/action.yml`) ?? read(file, `${uses.text}/action.yaml`)
  if (root === null || root === undefined) return []
  const inputs = fieldsOf(valueAt(root, 'inputs')).map(({ key }) => key)
  return unknown(uses, given, inputs).map(found => ({ ...found, severity: 'warning' as const }))
}

const unknown = (uses: Uses, given: Value | undefined, known: readonly string[]): Found[] =>
  fieldsOf(given)
    .filter(({ key }) => !known.some(name => name.toLowerCase() === key.toLowerCase()))
    .map(({ key, at }) => ({ at, message: `expected an input of ${uses.text}, got "${key}"${didYouMean(key, known)}` }))

/** null when it is missing, undefined when it is no YAML. */
function read({ repository }: LintFile, path: string): Value | null | undefined {
  const text = repository.read(posix.normalize(path.replace(/^\$\//, '')))
  if (text === null) return null
  const document = parseDocument(text, { uniqueKeys: false })
  return document.errors.length > 0 ? undefined : valueTree(document)
}
