import { type JobSpec, unfitMachine } from '@gantry/workflow'
import type { Output } from '../terminal/output.ts'
import { shown } from '../terminal/table.ts'

/** Says before the run which jobs cannot run on this machine, and why: they fail, and the others run. */
export function tellUnable(jobs: readonly JobSpec[], output: Output): void {
  const unable = jobs.flatMap(({ key, cannotRun, runsOn = [] }) => {
    const why = cannotRun ?? runsOn.map(unfitMachine).find(each => each !== undefined)
    return why === undefined ? [] : [{ job: key, why }]
  })
  if (unable.length === 0) return
  output.json({ kind: 'unable', jobs: unable })
  for (const { job, why } of unable) output.note(`${job} cannot run here, and fails: ${shown(why)}`)
}
