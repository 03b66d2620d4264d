import { shortSha, wayBackWord } from '@gantry/core'
import { Deployment, RollbackPlan } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { connectProject } from '../api/connect.ts'
import { one, query } from '../api/read.ts'
import { defineCommand } from '../command/command.ts'
import { askVendorsInJob } from '../deployment/ask-vendors-in-job.ts'
import { carryOutInJob, isInJob, type JobHost, needsJob, takeBackFirst } from '../deployment/carry-out-in-job.ts'
import { followDeployment, wentLive } from '../deployment/follow-deployment.ts'
import { lookWords, renderPlan } from '../deployment/render-plan.ts'
import { reasonOf } from '../promotion/decide.ts'
import { confirm } from '../terminal/confirm.ts'
import { type Output, outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  isOfProject: true,
  options: [
    { flags: '--environment <name>', text: 'where', default: 'production' },
    { flags: '--to <release>', text: 'another release than the last good one' },
    { flags: '--reason <text>', text: 'why; it is written into the ledger' },
    {
      flags: '--deployment <id>',
      text: 'carry on with that one instead: Gantry asks a workflow for it when its job is gone',
    },
    {
      flags: '--ask-vendors',
      text: 'only ask vendors whether there is a way back, and tell the server; needs their credentials, as a job has them',
    },
    { flags: '--yes', text: 'do not ask' },
    {
      flags: '--show-release',
      text: 'print which release would be put back, or is that of --deployment, and change nothing',
    },
    { flags: '--dry-run', text: 'print the plan and change nothing; exits 1 when it is not safe' },
  ],
  details:
    'Prints the plan first. On a terminal it asks before anything changes; anywhere else it goes on.\nAfterwards promotions are held until `gantry resume`.',
  examples: ['rollback --environment production --reason "checkout fails since 8f3c2a1"', 'rollback --dry-run'],
  async run(call, host) {
    const output = outputOf(call, host)
    const api = connectProject(call, host)
    const environment = call.required('environment')
    const job = { host, say: output.note }
    const deployment = call.text('deployment')
    const isAsking = call.flag('askVendors') || deployment === wayBackWord
    const begun = isAsking ? undefined : deployment
    if (call.flag('showRelease')) return showRelease(api, { environment, begun, to: call.text('to') }, output)
    if (isAsking) return askVendors(api, environment, { output, job })
    if (begun) return carryOn(api, begun, { output, job })
    const isDryRun = call.flag('dryRun')
    const reason = isDryRun ? '' : reasonOf(call)
    const place = `/environments/${encodeURIComponent(environment)}`
    const to = call.text('to')
    const plan = await api.get(planPath(environment, to), one(RollbackPlan))
    output.print(renderPlan(plan, output.paint))
    if (isDryRun) {
      output.json(plan)
      return plan.isSafe ? 0 : 1
    }
    if (host.isInteractive && !call.flag('yes') && !output.isJson) {
      if (!(await confirm(host, `Roll ${environment} back?`))) {
        output.note('nothing was changed')
        return 1
      }
    }
    const ask = () => api.post(`${place}/rollback`, { reason, ...(to && { to }) }, one(Deployment))
    // With what is taken back the former release serves: nothing more is to be put back.
    const started = await ask().catch(cause => takeBackFirst(api, cause, job))
    if (started.kind === 'deploy') return sayEnd(started, output)
    const carriedOut = isInJob(host) && needsJob(started) ? carryOutInJob(api, started, job) : undefined
    const [ended] = await Promise.all([
      followDeployment(api, started, { say: output.print, now: host.now }),
      carriedOut,
    ])
    output.json({ plan, deployment: ended })
    const words = wentLive(ended) ? 'is live' : `${ended.state}: ${ended.failure ?? 'no reason was given'}`
    output.print(`${shortSha(ended.release)} ${words} in ${environment}`)
    return wentLive(ended) ? 0 : 1
  },
})

/** Exits with 1 where one of them says no, or could not be asked. */
async function askVendors(
  api: Api,
  environment: string,
  { output, job }: { output: Output; job: JobHost },
): Promise<0 | 1> {
  const looks = await askVendorsInJob(api, environment, job)
  output.json({ looks })
  if (looks.length === 0) output.print(`no vendor has anything to put back in ${environment}`)
  for (const { service, release, state, why } of looks)
    output.print(`${service} ${shortSha(release)}: ${lookWords[state]}${why ? `: ${why}` : ''}`)
  return looks.some(({ state }) => state !== 'can') ? 1 : 0
}

/** For a job that checks its commit out before it goes on. Prints nothing where there is none. */
async function showRelease(
  api: Api,
  { environment, begun, to }: { environment: string; begun: string | undefined; to: string | undefined },
  output: Output,
): Promise<0> {
  const release = begun
    ? (await api.get(`/deployments/${encodeURIComponent(begun)}`, one(Deployment))).release
    : (await api.get(planPath(environment, to), one(RollbackPlan))).to
  output.json({ release })
  if (release !== null) output.print(release)
  return 0
}

const planPath = (environment: string, to: string | undefined) =>
  `/environments/${encodeURIComponent(environment)}/rollback-plan${query({ to })}`

/** Takes a deployment to its end, whatever that is by now. Done is: nothing of it is left half-way. */
async function carryOn(api: Api, id: string, { output, job }: { output: Output; job: JobHost }): Promise<0> {
  const started = await api.get(`/deployments/${encodeURIComponent(id)}`, one(Deployment))
  const follow = followDeployment(api, started, { say: output.print, now: job.host.now })
  const [ended] = await Promise.all([follow, carryOutInJob(api, started, job)])
  return sayEnd(ended, output)
}

function sayEnd(deployment: Deployment, output: Output): 0 {
  const { release, state, environment, failure } = deployment
  output.json({ deployment })
  output.print(`${shortSha(release)} is ${state} in ${environment}${failure ? `: ${failure}` : ''}`)
  return 0
}
