import { shortSha } from '@gantry/core'
import { RunPageView, RunStateName, type RunSummary } from '@gantry/core/api'
import { counted, failureLine } from '@gantry/core/words'
import type { Api } from '../api/api.ts'
import { one, query } from '../api/read.ts'
import type { Call } from '../command/call.ts'
import type { ExitCode, OptionSpec } from '../command/command.ts'
import type { Host } from '../host.ts'
import { ago } from '../terminal/ago.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, table } from '../terminal/table.ts'
import { idOfRun, nameOfRun } from './find-run.ts'

const atOnce = 200
const listedAtMost = 100_000

export const listOptions: readonly OptionSpec[] = [
  { flags: '--workflow <file>', text: 'list: only runs of this file' },
  { flags: '--sha <commit>', text: 'list: only runs of this commit' },
  { flags: '--branch <name>', text: 'list: only runs of this branch, its pull request included' },
  {
    flags: '--author <name>',
    text: 'list: only by who wrote the commit or caused the run; a part of the name is enough',
  },
  { flags: '--event <name>', text: 'list: only runs of this event, e.g. pull_request' },
  { flags: '--status <status>', text: 'list: only runs that stand or ended so', choices: RunStateName.options },
  { flags: '--before <run>', text: 'list: only runs older than this one' },
  { flags: '-n, --limit <count>', text: 'list: how many, newest first', default: '20' },
]

export async function listRuns(api: Api, call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const wanted = call.int('limit', { min: 1, max: listedAtMost }) ?? atOnce
  const filter = {
    workflow: call.text('workflow'),
    sha: call.text('sha'),
    branch: call.text('branch'),
    author: call.text('author'),
    event: call.text('event'),
    status: call.text('status'),
  }
  const from = call.text('before')
  const { runs, total, newer } = await readRuns(api, filter, wanted, from && (await idOfRun(api, from)))
  output.json({ runs, total })
  const rows = runs.map(run => [
    nameOfRun(run),
    shortSha(run.sha),
    run.branch,
    run.conclusion ?? run.status,
    ago(run.createdAt, host.now()),
    run.author || run.actor,
    cut(failureLine(run) ?? run.title, 60),
  ])
  output.print(table(['run', 'commit', 'branch', 'state', 'started', 'by', ''], rows).trimEnd() || 'no run')
  const older = total - newer - runs.length
  const last = runs.at(-1)
  if (older > 0 && last) output.note(`${counted(older, 'older run')}: add \`--before ${nameOfRun(last)}\``)
  return 0
}

/** Page after page, until there are as many as are wanted. */
async function readRuns(
  api: Api,
  filter: Record<string, string | undefined>,
  wanted: number,
  from: string | undefined,
): Promise<RunPageView> {
  const runs: RunSummary[] = []
  for (let before = from; ; before = runs.at(-1)?.id) {
    const limit = Math.min(atOnce, wanted - runs.length)
    const page = await api.get(`/runs${query({ ...filter, before, limit })}`, one(RunPageView))
    runs.push(...page.runs)
    if (page.runs.length < limit || runs.length >= wanted)
      return { ...page, newer: page.newer - runs.length + page.runs.length, runs }
  }
}
