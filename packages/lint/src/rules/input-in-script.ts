import { fieldsOf, textOf, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import { homeOf, type LintFile } from '../tree/lint-file.ts'
import { referencesOut } from '../tree/references.ts'
import { isScript } from '../tree/script-inputs.ts'

export const inputInScript = defineRule({
  id: 'input-in-script',
  area: 'security',
  severity: 'note',
  summary: 'A free text input pasted into a script of an action or of a workflow that others call.',
  why: 'The caller may hand on a title or a branch name, and the script cannot know: the text becomes commands.',
  fix: 'Hand it over in `env:` and use the variable, in quotes.',
  bad: [
    `
name: x
description: x
inputs:
  version: { description: x }
runs:
  using: composite
  steps:
    - shell: bash
      run: pnpm version "\${{ inputs.version }}" # ✗`,
    `
on:
  workflow_call:
    inputs:
      title: { type: string }
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: echo \${{ inputs.title }} # ✗`,
  ],
  good: [
    `
name: x
description: x
inputs:
  version: { description: x }
runs:
  using: composite
  steps:
    - shell: bash
      env:
        VERSION: \${{ inputs.version }}
      run: pnpm version "$VERSION"`,
    `
on:
  workflow_call:
    inputs:
      dry-run: { type: boolean }
      target: { type: string }
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: ./deploy.sh \${{ inputs.dry-run }} \${{ inputs.target == 'production' && '--prod' || '' }}`,
  ],
  check: file => {
    const names = freeInputs(file)
    return file.expressions.flatMap(expression => {
      const { step } = homeOf(file, expression)
      if (step === undefined || !isScript(step, expression.host)) return []
      const isFree = referencesOut(expression.tree).some(
        ([context, name = '']) => context === 'inputs' && names.has(name),
      )
      if (!isFree) return []
      const message = `expected a script without the text of callers, got \${{ ${expression.text} }}`
      return [{ at: expression, message }]
    })
  },
})

/** Whoever starts a workflow by hand may write to the repository anyway; its inputs are not among these. */
function freeInputs({ root, kind }: LintFile): Set<string> {
  const inputs = kind === 'action' ? valueAt(root, 'inputs') : valueAt(root, 'on', 'workflow_call', 'inputs')
  const free = fieldsOf(inputs).filter(({ value }) => kind === 'action' || textOf(valueAt(value, 'type')) === 'string')
  return new Set(free.map(({ key }) => key.toLowerCase()))
}
