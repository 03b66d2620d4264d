import type { JobSpec } from '@gantry/workflow'
import type { Output } from '../terminal/output.ts'
import { shown } from '../terminal/table.ts'

/** Says before the run which jobs cannot run on this machine, and why: they fail, and the others run. */
export function tellUnable(jobs: readonly JobSpec[], output: Output): void {
  const unable = jobs.filter(({ cannotRun }) => cannotRun !== undefined)
  if (unable.length === 0) return
  output.json({ kind: 'unable', jobs: unable.map(({ key, cannotRun }) => ({ job: key, why: cannotRun })) })
  for (const { key, cannotRun = '' } of unable) output.note(`${key} cannot run here, and fails: ${shown(cannotRun)}`)
}
