import { loadConfig } from '@gantry/config/load'
import { ciMetrics, GantryError, limitsOf } from '@gantry/core'
import { CiMetrics } from '@gantry/core/api'
import { AnomaliesConfig } from '@gantry/core/config'
import { connectProject } from '../api/connect.ts'
import { one, query } from '../api/read.ts'
import type { Call } from '../command/call.ts'
import { githubOf } from '../github/github.ts'
import type { Host } from '../host.ts'
import { gitFacts } from '../local-run/git-facts.ts'
import { type Output, outputOf } from '../terminal/output.ts'
import { runsOnGitHub } from './github-runs.ts'
import { renderMetrics } from './render-metrics.ts'

const mostRuns = 500

/**
 * `gantry ci stats`: figures the server has, or with --github those of GitHub itself. What is odd and what a run may take
 * is in the config: the server goes by the one it deploys from, --github by the one here.
 */
export async function ciStats(call: Call, host: Host): Promise<0> {
  const output = outputOf(call, host)
  const days = call.int('days', { min: 1, max: 365 }) ?? 30
  const minutes = call.int('budget', { min: 1, max: 1_440 })
  const budgetMs = minutes === undefined ? undefined : minutes * 60_000
  const metrics = call.flag('github')
    ? await fromGitHub(host, output, days, budgetMs)
    : await connectProject(call, host).get(`/metrics${query({ days, budgetMs })}`, one(CiMetrics))
  output.json(metrics)
  output.print(renderMetrics(metrics, output.paint))
  return 0
}

async function fromGitHub(host: Host, output: Output, days: number, budgetMs?: number): Promise<CiMetrics> {
  const { repository, top } = await gitFacts(host.cwd)
  const to = host.now()
  const from = new Date(to.getTime() - days * 86_400_000).toISOString()
  const told = (done: number, of: number) => {
    if (host.stderr.isTty) host.stderr.write(done === of ? '\r\u001b[K' : `\rreading runs of GitHub: ${done} of ${of}`)
  }
  const github = githubOf(host, repository, '--github')
  const limits = await limitsAt(top, output)
  const facts = await runsOnGitHub(github, { since: from.slice(0, 10), limit: mostRuns }, told)
  return ciMetrics(facts, { from, to: to.toISOString(), ...limits, ...(budgetMs === undefined ? {} : { budgetMs }) })
}

/** Figures do not need a config: without one that can be read they are held against the usual limits, and it is said. */
async function limitsAt(top: string, { note }: Output): Promise<ReturnType<typeof limitsOf>> {
  try {
    return limitsOf((await loadConfig(top)).anomalies)
  } catch (cause) {
    if (!(cause instanceof GantryError)) throw cause
    const faults = cause.message.split('\n').map(fault => `  ${fault}`)
    note(['gantry.config.ts cannot be used, so the usual limits apply:', ...faults].join('\n'))
    return limitsOf(AnomaliesConfig.parse({}))
  }
}
