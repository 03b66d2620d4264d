import type { JobFacts } from '@gantry/core'
import { aboutRun, dateOf, hash, hashFiles, type Inputs, platform, stable } from './inputs.ts'

/** The files a checkout gets, each with the id of its content, and the branches and tags with their commits. */
export interface Contents {
  files: ReadonlyMap<string, string>
  refs: string
}

export function jobInputs(facts: JobFacts, { files, refs }: Contents, now: Date): Inputs {
  return {
    job: facts.job,
    files,
    parts: {
      files: hashFiles(files),
      'its definition': hash(stable(facts.definition)),
      'its matrix values': hash(stable(facts.matrix)),
      'a job it needs': hash(stable(facts.needs)),
      'the inputs of the run': hash(stable(facts.inputs)),
      'a secret or variable': hash(stable(facts.settings)),
      'the environment of this machine': hash(stable(facts.env)),
      'Node, the platform or the runner': hash(`${process.version} ${platform}`),
      // git shows them to anybody, whatever the text of the job says.
      [aboutRun]: hash(stable([facts.about, refs])),
      ...dateOf(now),
    },
  }
}
