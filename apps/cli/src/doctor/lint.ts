import { lintText } from '@gantry/lint'
import { findFiles } from '../lint/find-files.ts'
import { defineExamination, type Problem } from './examination.ts'

/** The errors of `gantry lint` one by one, and how many warnings wait there. */
export const lint = defineExamination({
  name: 'workflow rules',
  async examine({ top, workflows, config }) {
    if (workflows.length === 0) return []
    const files = await findFiles(top, [], config ? { settings: config.lint } : {})
    const findings = files.flatMap(({ path, text, repository }) => lintText(path, text, repository))
    const errors = findings.filter(({ severity }) => severity === 'error')
    const others = findings.length - errors.length
    return [
      ...errors.map(({ message, fix, path, line }): Problem => ({ severity: 'error', message, fix, path, line })),
      ...(others === 0 ? [] : [warned(others)]),
    ]
  },
})

const warned = (count: number): Problem => ({
  severity: 'warning',
  message: `${count} warnings and notes of gantry lint`,
  fix: 'gantry lint shows them in their place; gantry lint --fix mends what is sure',
})
