import type { OptionSpec } from '../command/command.ts'

/** Which part of a workflow is to run; `partOf` reads them. */
export const partOptions: OptionSpec[] = [
  { flags: '--job <key>', text: 'only this job and those it needs' },
  { flags: '--step <step>', text: 'only this step, by number, id or name; of those before it only checkouts run' },
  { flags: '--from-failed', text: 'go on with the run that failed last, at the step that failed' },
]
