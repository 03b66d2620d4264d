import type { MissingAction } from '@gantry/runner/local'
import type { Output } from '../terminal/output.ts'
import { shown } from '../terminal/table.ts'

/** Says before the run which actions are missing, what becomes of their steps, and how to provide them. */
export function tellMissing(missing: readonly MissingAction[], output: Output): void {
  output.json({
    kind: 'missing',
    actions: missing.map(({ job, name, uses, isReport, error }) => ({
      ...{ job, step: name, uses, isReport },
      ...{ code: error.code, message: error.message },
    })),
  })
  for (const { job, name, isReport, error } of missing) {
    const fate = isReport ? 'only reports, and is skipped' : 'fails when its turn comes'
    output.note(`${job}: ${shown(name)} ${fate}: ${shown(error.message)}`)
  }
  const needed = missing.find(({ isReport }) => !isReport)
  if (needed !== undefined) output.note(`what can run without it runs. ${needed.error.hint}`)
}
