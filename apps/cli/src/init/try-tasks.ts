import { type JobState, noJobValues } from '@gantry/core'
import { ciWorkflow, type FilePlan, type RepositoryFacts } from '@gantry/init'
import { readWorkflow } from '@gantry/workflow'
import type { Host } from '../host.ts'
import { localEvent } from '../local-run/event.ts'
import { treeFacts } from '../local-run/git-facts.ts'
import { performRun } from '../local-run/local-run.ts'
import { painter } from '../terminal/paint.ts'

export interface Tried {
  job: string
  step: string
  result: 'success' | 'failure' | 'cancelled' | 'skipped'
  seconds: number
  /** The end of what a failed step said. */
  said: string[]
}

const saidLines = 25

/**
 * Runs the planned ci.yml on this machine as `gantry ci` would, in fresh copies of the working tree, but goes on after a
 * task that fails: afterwards the verdict of every one is known.
 */
export async function tryTasks(
  facts: RepositoryFacts,
  { tasks }: FilePlan,
  host: Host,
  note: (line: string) => void,
): Promise<Tried[]> {
  const workflow = readWorkflow('.github/workflows/ci.yml', ciWorkflow(facts, tasks, { keepGoing: true }))
  const git = await treeFacts(host.cwd)
  const run = listener(note)
  const asked = {
    workflow,
    event: localEvent('pull_request', git),
    git,
    inputs: {},
    values: () => noJobValues,
    stepEnv: {},
    stepSecrets: {},
    job: undefined,
    step: undefined,
    fromFailed: false,
    again: 'gantry ci',
    keep: false,
    withCache: false,
    withShell: false,
    why: null,
    approve: async () => 'waiting' as const,
  }
  const quiet: Host = { ...host, stdout: { ...host.stdout, isTty: false, write: run.hear } }
  const silent = { isJson: true, paint: painter(quiet.stdout, host.env), print() {}, note, json() {} }
  await performRun(asked, quiet, silent)
  return run.tried()
}

interface Line {
  kind?: string
  job?: JobState
  jobId?: string
  lines?: { step: number; text: string }[]
}

/** Follows the runner's own JSON lines: the last word on every step, and the end of what it said. */
function listener(note: (line: string) => void): { hear(text: string): void; tried(): Tried[] } {
  const jobs = new Map<string, JobState>()
  const said = new Map<string, string[]>()
  let rest = ''
  function take({ kind, job, jobId, lines }: Line): void {
    if (kind === 'log') {
      for (const { step, text } of lines ?? []) {
        const key = `${jobId}/${step}`
        said.set(key, [...(said.get(key) ?? []), text].slice(-saidLines))
      }
    }
    if (kind !== 'job' || job === undefined) return
    const former = jobs.get(job.id)
    jobs.set(job.id, job)
    for (const step of job.steps) {
      const isNew = former?.steps.find(({ number }) => number === step.number)?.conclusion === undefined
      if (isNew && (step.conclusion === 'success' || step.conclusion === 'failure')) {
        note(`  ${job.name}: ${step.name}: ${step.conclusion}`)
      }
    }
  }
  return {
    hear(text) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line !== '') take(JSON.parse(line))
    },
    tried: () => [...jobs.values()].filter(({ key }) => key !== 'gate').flatMap(job => resultsOf(job, said)),
  }
}

const preparing = /^(Set up job|Complete job|Check out|Install pnpm|Set up Node|Post .*)$/

function resultsOf(job: JobState, said: ReadonlyMap<string, string[]>): Tried[] {
  return job.steps.flatMap(({ name, number, conclusion, startedAt, completedAt }) => {
    if (conclusion === undefined || conclusion === 'skipped' || preparing.test(name)) return []
    const took = startedAt && completedAt ? Date.parse(completedAt) - Date.parse(startedAt) : 0
    return [
      {
        job: job.name,
        step: name,
        result: conclusion,
        seconds: Math.round(took / 100) / 10,
        said: conclusion === 'failure' ? (said.get(`${job.id}/${number}`) ?? []) : [],
      },
    ]
  })
}
