import { shortSha } from '@gantry/core'
import { Deployment, LogPage } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { connectProject } from '../api/connect.ts'
import { one, query } from '../api/read.ts'
import { defineCommand } from '../command/command.ts'
import { askedRelease, releaseOptions } from '../deployment/asked-release.ts'
import { carryOutInJob, isInJob, type JobHost, needsJob, takeBackFirst } from '../deployment/carry-out-in-job.ts'
import { followDeployment, wentLive } from '../deployment/follow-deployment.ts'
import { outputOf } from '../terminal/output.ts'
import { shown } from '../terminal/table.ts'

const lastLines = 20

export const command = defineCommand({
  isOfProject: true,
  options: releaseOptions,
  details:
    'Follows it to its end: exits 0 when it is live, 1 when it failed.\nIn a job of a workflow it also performs the steps of services whose vendor the server has no credentials for.',
  examples: ['deploy --environment staging --release "$RELEASE"'],
  async run(call, host) {
    const output = outputOf(call, host)
    const api = connectProject(call, host)
    const { environment, release } = askedRelease(call, host, 'deploy')
    const job = { host, say: output.note }
    const started = await begin(api, { release, environment }, job)
    output.print(`${shortSha(release)} → ${environment}  (${api.url}/releases/${release})`)
    const carriedOut = isInJob(host) && needsJob(started) ? carryOutInJob(api, started, job) : undefined
    const [ended] = await Promise.all([
      followDeployment(api, started, { say: output.print, now: host.now }),
      carriedOut,
    ])
    output.json(ended)
    if (wentLive(ended)) {
      output.print(`${shortSha(release)} is live in ${environment}`)
      return 0
    }
    const failure = ended.failure ?? `it ended as ${ended.state}`
    const lines = await linesOf(api, ended)
    // GitHub and Gantry fold the group, and show the error beside the run.
    const isInRun = host.env['GITHUB_ACTIONS'] === 'true'
    if (isInRun && lines.length > 0) output.print('::group::What was written last')
    for (const line of lines) output.print(`  ${line}`)
    if (isInRun && lines.length > 0) output.print('::endgroup::')
    if (isInRun) output.print(`::error title=Deployment failed::${shown(failure)}`)
    else output.print(`${shortSha(release)} did not become live in ${environment}: ${failure}`)
    return 1
  },
})

/** What is being taken back there comes to its end first. */
async function begin(api: Api, asked: { release: string; environment: string }, job: JobHost): Promise<Deployment> {
  const ask = () => api.post('/deployments', asked, one(Deployment))
  try {
    return await ask()
  } catch (cause) {
    await takeBackFirst(api, cause, job)
  }
  return ask()
}

/**
 * What the service whose step failed wrote last: with its level where it was kept as lines, else as the step has it.
 * Best effort: the failure itself is known already.
 */
async function linesOf(api: Api, { environment, release, steps }: Deployment): Promise<string[]> {
  const step = steps.find(({ status }) => status === 'failed')
  const asked = query({ environment, release, service: step?.service, limit: lastLines })
  const page = await api.get(`/logs${asked}`, one(LogPage)).catch(() => null)
  const kept = (page?.lines ?? []).map(line => `${line.service} ${line.level} ${shown(line.message)}`)
  return kept.length > 0 ? kept : (step?.lines ?? []).map(shown)
}
