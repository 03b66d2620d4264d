import { textOf, valueAt } from '@gantry/workflow'
import type { LintFile, LintStep } from './lint-file.ts'

/** bash or sh of a machine whose shell is known: Linux or macOS, hosted by GitHub. */
export function isHostedShell(file: LintFile, { value, job }: LintStep): boolean {
  if (job === undefined || valueAt(job.value, 'container') !== undefined) return false
  const given = [value, valueAt(job.value, 'defaults', 'run'), valueAt(file.root, 'defaults', 'run')]
  const shell = given.map(each => valueAt(each, 'shell')).find(each => each !== undefined)
  const isKnown = shell === undefined || /^(bash|sh)$/.test(textOf(shell))
  return isKnown && /^(ubuntu|macos)-[\w.-]+$/.test(textOf(valueAt(job.value, 'runs-on')))
}
