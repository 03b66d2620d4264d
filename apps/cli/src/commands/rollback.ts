import { shortSha } from '@gantry/core'
import { Deployment, RollbackPlan } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { one, query } from '../api/read.ts'
import { defineCommand } from '../command/command.ts'
import { followDeployment, wentLive } from '../deployment/follow-deployment.ts'
import { renderPlan } from '../deployment/render-plan.ts'
import { reasonOf } from '../promotion/decide.ts'
import { confirm } from '../terminal/confirm.ts'
import { outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  isOfProject: true,
  options: [
    { flags: '--environment <name>', text: 'where', default: 'production' },
    { flags: '--to <release>', text: 'another release than the last good one' },
    { flags: '--reason <text>', text: 'why; it is written into the ledger' },
    { flags: '--yes', text: 'do not ask' },
    { flags: '--dry-run', text: 'print the plan and change nothing; exits 1 when it is not safe' },
  ],
  details:
    'Prints the plan first. On a terminal it asks before anything changes; anywhere else it goes on.\nAfterwards promotions are held until `gantry resume`.',
  examples: ['rollback --environment production --reason "checkout fails since 8f3c2a1"', 'rollback --dry-run'],
  async run(call, host) {
    const output = outputOf(call, host)
    const api = connectProject(call, host)
    const environment = call.required('environment')
    const isDryRun = call.flag('dryRun')
    const reason = isDryRun ? '' : reasonOf(call)
    const place = `/environments/${encodeURIComponent(environment)}`
    const to = call.text('to')
    const plan = await api.get(`${place}/rollback-plan${query({ to })}`, one(RollbackPlan))
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
    const started = await api.post(`${place}/rollback`, { reason, ...(to && { to }) }, one(Deployment))
    const ended = await followDeployment(api, started, { say: output.print, now: host.now })
    output.json({ plan, deployment: ended })
    const words = wentLive(ended) ? 'is live' : `${ended.state}: ${ended.failure ?? 'no reason was given'}`
    output.print(`${shortSha(ended.release)} ${words} in ${environment}`)
    return wentLive(ended) ? 0 : 1
  },
})
