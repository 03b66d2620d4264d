import { readFileSync, realpathSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { aboutRun, dateOf, hash, hashFiles, type Inputs, platform, stable } from '../inputs.ts'
import type { Listing } from './tree.ts'

/** What is the same for every task of a step. */
export interface StepFacts {
  /** The id of the job: the same in every run. */
  job: string
  /** The steps up to this one and how they ended: what they did outside of the checkout, tasks see. */
  steps: readonly unknown[]
  /** The part about the commit, branch and event. */
  about: string
  /** Folders that are new in every run, longest first, by the names they have here. */
  folders: readonly (readonly [path: string, name: string])[]
}

/** Different in every run, in every process, or ours. */
const notCounted =
  /^(_|SHLVL|OLDPWD|RUNNER_TRACKING_ID|GANTRY_TASK|npm_lifecycle_script|p?npm_config_script_shell|GITHUB_(RUN_ID|RUN_NUMBER|RUN_ATTEMPT|ENV|OUTPUT|PATH|STATE|STEP_SUMMARY|EVENT_PATH))$/
/** A part of its own, where more of that can be seen. */
const ofTheRun =
  /^GITHUB_(SHA|REF|REF_NAME|REF_TYPE|REF_PROTECTED|HEAD_REF|BASE_REF|EVENT_NAME|ACTOR|TRIGGERING_ACTOR|WORKFLOW_SHA|WORKFLOW_REF)$/

/** What one script is asked about with. */
export interface AskedTask {
  dir: string
  event: string
  script: string
  env: Record<string, string>
  isBoth: boolean
}

/** What a script gets to see. */
export interface Seen {
  files: Listing
  /** What steps put outside of the checkout, where scripts may read it all the same. */
  beside: readonly string[]
  /** Of what is out of sight, the names and manifests that can be seen all the same; nothing where all is in sight. */
  edges: readonly string[] | undefined
}

export function taskInputs(facts: StepFacts, task: AskedTask, { files, beside, edges }: Seen, now: Date): Inputs {
  const { env } = task
  const counted = Object.entries(env)
    .filter(([name]) => !notCounted.test(name) && !(edges === undefined && ofTheRun.test(name)))
    .map(([name, value]) => `${name}=${anywhere(value, facts)}`)
  const agent = env['npm_config_user_agent'] ?? ''
  return {
    job: taskName(facts, task),
    files,
    parts: {
      files: hashFiles(files),
      'its script': hash(`${task.event}\n${anywhere(task.script, facts)}`),
      'its environment': hash(`${counted.sort().join('\0')}\n${task.isBoth}`),
      'a step up to this one': hash(stable(facts.steps)),
      'what earlier steps left behind': hash(beside.join('\n')),
      'Node, pnpm, the platform or the runner': hash(`${agent} ${nodeOn(env['PATH'] ?? '')} ${platform}`),
      ...(edges === undefined
        ? { [aboutRun]: facts.about }
        : { 'the names of other packages': hash(edges.join('\n')) }),
      ...dateOf(now),
    },
  }
}

export const taskName = (facts: StepFacts, { dir, event }: AskedTask): string => `${facts.job} ${dir} ${event}`

/** The same text wherever this run has its folders. */
function anywhere(text: string, { folders }: StepFacts): string {
  return folders.reduce((before, [path, name]) => before.replaceAll(path, name), text)
}

/** Which Node it is that scripts get: the same path may hold another one tomorrow. */
function nodeOn(path: string): string {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, 'node')
    const facts = statSync(file, { throwIfNoEntry: false })
    if (!facts?.isFile()) continue
    // A small one is a script that starts another.
    return facts.size < 65_536 ? readFileSync(file, 'utf8') : `${realpathSync(file)} ${facts.size} ${facts.mtimeMs}`
  }
  return 'none'
}
