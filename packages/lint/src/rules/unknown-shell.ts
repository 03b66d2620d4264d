import { textOf, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'

export const unknownShell = defineRule({
  id: 'unknown-shell',
  area: 'correctness',
  severity: 'error',
  summary: 'A `shell:` the runner does not know.',
  why: 'The step fails before its first line.',
  fix: 'Use bash, sh, pwsh, powershell, cmd or python, or a template with {0}, such as `perl {0}`.',
  bad: [
    `
- shell: zsh # ✗
  run: echo hello`,
  ],
  good: [
    `
- shell: bash
  run: echo hello
- shell: perl {0}
  run: print 1`,
  ],
  check: file =>
    [
      valueAt(file.root, 'defaults', 'run', 'shell'),
      ...file.jobs.map(({ value }) => valueAt(value, 'defaults', 'run', 'shell')),
      ...file.steps.map(({ value }) => valueAt(value, 'shell')),
    ].flatMap(shell => {
      const text = textOf(shell)
      if (shell === undefined || text === '' || text.includes('{0}') || text.includes('${{') || known.test(text))
        return []
      return [{ at: shell, message: `expected a shell the runner knows, got "${text}"` }]
    }),
})

const known = /^(bash|sh|pwsh|powershell|cmd|python|node)$/i
