import { ciMetrics } from '@gantry/core'
import { CiMetrics } from '@gantry/core/api'
import { connect } from '../api/connect.ts'
import { one, query } from '../api/read.ts'
import type { Call } from '../command/call.ts'
import { githubOf } from '../github/github.ts'
import type { Host } from '../host.ts'
import { gitFacts } from '../local-run/git-facts.ts'
import { outputOf } from '../terminal/output.ts'
import { runsOnGitHub } from './github-runs.ts'
import { renderMetrics } from './render-metrics.ts'

const mostRuns = 500

/** `gantry ci stats`: figures the server has, or with --github those of GitHub itself. */
export async function ciStats(call: Call, host: Host): Promise<0> {
  const output = outputOf(call, host)
  const days = call.int('days', { min: 1, max: 365 }) ?? 30
  const budgetMs = (call.int('budget', { min: 1, max: 1_440 }) ?? 10) * 60_000
  const metrics = call.flag('github')
    ? await fromGitHub(host, days, budgetMs)
    : await connect(host).get(`/api/v1/metrics${query({ days, budgetMs })}`, one(CiMetrics))
  output.json(metrics)
  output.print(renderMetrics(metrics, output.paint))
  return 0
}

async function fromGitHub(host: Host, days: number, budgetMs: number): Promise<CiMetrics> {
  const { repository } = await gitFacts(host.cwd)
  const to = host.now()
  const from = new Date(to.getTime() - days * 86_400_000).toISOString()
  const told = (done: number, of: number) => {
    if (host.stderr.isTty) host.stderr.write(done === of ? '\r\u001b[K' : `\rreading runs of GitHub: ${done} of ${of}`)
  }
  const github = githubOf(host, repository, '--github')
  const facts = await runsOnGitHub(github, { since: from.slice(0, 10), limit: mostRuns }, told)
  return ciMetrics(facts, { from, to: to.toISOString(), budgetMs })
}
