import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { JobState, RunEvent, RunState } from '@gantry/core'
import { planRun, type RunFacts, readWorkflow } from '@gantry/workflow'
import { testFacts } from '@gantry/workflow/testing'
import { afterFile } from '../../../../tools/after-file.ts'
import type { Machine } from '../run/machine.ts'
import { runWorkflow } from '../run/run-workflow.ts'

/** A folder that is gone when the test file is done. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-workflow-'))
  afterFile(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Gantry asks for the git settings of a machine by its environment, at most every ten seconds: each time two processes. */
export const sharedEnv = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: tempFolder(),
})

/** A machine that checks out `files` and remembers what it was told. */
export function testMachine(
  changes: Partial<Machine> & {
    files?: Record<string, string>
    /** Of the repository; with an environment, those of that one as well. */
    secrets?(environment?: string): Record<string, string>
  } = {},
): Machine & { events: RunEvent[] } {
  const { files = {}, secrets = () => ({}), ...rest } = changes
  const root = tempFolder()
  const events: RunEvent[] = []
  const folder = (name: string): string => {
    mkdirSync(join(root, name))
    return join(root, name)
  }
  return {
    workDir: folder('work'),
    artifactsDir: folder('artifacts'),
    cacheDir: folder('cache'),
    toolDir: folder('tools'),
    actionsMirror: join(root, 'no-mirror'),
    source: { checkout: async dest => writeFiles(dest, files) },
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: root },
    extraPath: [],
    vars: () => ({}),
    valuesFor: async ({ environment }) => ({
      secrets: {
        repository: secrets(),
        environment: environment === undefined ? {} : addedTo(secrets(), secrets(environment)),
      },
      vars: { repository: rest.vars?.() ?? {}, environment: {} },
    }),
    approve: async () => 'approved',
    on: event => void events.push(event),
    now: () => new Date(),
    grace: { interruptMs: 200, terminateMs: 200, cancelMs: 5_000 },
    events,
    ...rest,
  }
}

const addedTo = (usual: Record<string, string>, all: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(all).filter(([name, value]) => usual[name] !== value))

export function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** Reads, plans and runs a file; answers with the run and what its jobs said. */
export async function runText(
  text: string,
  machine = testMachine(),
  facts: Partial<RunFacts> = {},
): Promise<{ run: RunState; log: string; job(id: string): JobState }> {
  const workflow = readWorkflow('.github/workflows/test.yml', text)
  const run = await runWorkflow(workflow, planRun(workflow, { ...testFacts, ...facts }), machine)
  return { run, log: logOf(machine.events), job: id => jobOf(run, id) }
}

/** What was said, without the folded heads of steps. */
export function logOf(events: RunEvent[], jobId?: string): string {
  const lines = events.flatMap(event =>
    event.kind === 'log' && (jobId ?? event.jobId) === event.jobId ? event.lines : [],
  )
  let isHead = false
  const said = lines.filter(({ text }) => {
    if (text.startsWith('##[group]Run ')) isHead = true
    const wasHead = isHead
    if (text === '##[endgroup]') isHead = false
    return !wasHead
  })
  return said.map(({ text }) => text).join('\n')
}

export function jobOf(run: RunState, id: string): JobState {
  const job = run.jobs.find(candidate => candidate.id === id)
  if (job === undefined) throw new Error(`no job ${id} among ${run.jobs.map(each => each.id).join(', ')}`)
  return job
}

/** A git repository with one commit. */
export function gitRepository(files: Record<string, string>): {
  path: string
  sha: string
  git(...args: string[]): string
} {
  const path = tempFolder()
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
      cwd: path,
      encoding: 'utf8',
    }).trim()
  git('init', '--quiet', '--initial-branch=main')
  writeFiles(path, files)
  git('add', '-A')
  git('commit', '--quiet', '-m', 'first')
  return { path, sha: git('rev-parse', 'HEAD'), git }
}

/** How each job ended, by id. */
export function conclusions(run: RunState): Record<string, string | undefined> {
  return Object.fromEntries(run.jobs.map(job => [job.id, job.conclusion]))
}
