import { didYouMean } from '@gantry/core/words'
import { fieldsOf, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import type { LintFile } from '../tree/lint-file.ts'
import { referencesIn } from '../tree/references.ts'

export const unknownInput = defineRule({
  id: 'unknown-input',
  area: 'correctness',
  severity: 'error',
  summary: '`inputs.x` that the workflow or the action does not declare.',
  why: 'It is empty and nobody says so.',
  fix: 'Declare it under `inputs`, or use the name that is declared.',
  bad: [
    `
on:
  workflow_dispatch:
    inputs:
      environment: { type: string }
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: ./deploy.sh "\${{ inputs.enviroment }}" # ✗`,
    `
name: x
description: x
inputs:
  version: { description: x }
runs:
  using: composite
  steps:
    - shell: bash
      run: echo "\${{ inputs.node-version }}" # ✗`,
  ],
  good: [
    `
on:
  workflow_call:
    inputs:
      environment: { type: string }
  workflow_dispatch:
    inputs:
      Reason: { type: string }
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: ./deploy.sh "\${{ inputs.environment }}" "\${{ inputs.reason }}"`,
  ],
  check: file => {
    const known = inputsOf(file)
    return file.expressions.flatMap(expression =>
      referencesIn(expression.tree).flatMap(([context, name]) => {
        if (context !== 'inputs' || name === undefined || name === '*') return []
        if (known.some(input => input.toLowerCase() === name)) return []
        return [
          { at: expression, message: `expected an input of this file, got inputs.${name}${didYouMean(name, known)}` },
        ]
      }),
    )
  },
})

function inputsOf({ root }: LintFile): string[] {
  const on = valueAt(root, 'on')
  const places = [
    valueAt(root, 'inputs'),
    valueAt(on, 'workflow_call', 'inputs'),
    valueAt(on, 'workflow_dispatch', 'inputs'),
  ]
  return places.flatMap(fieldsOf).map(({ key }) => key)
}
