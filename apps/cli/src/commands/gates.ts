import { gateDetail, shortSha } from '@gantry/core'
import type { GateResult, Promotion } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { defineCommand } from '../command/command.ts'
import { waitingPromotions } from '../promotion/find-promotion.ts'
import { outputOf } from '../terminal/output.ts'
import type { Painter } from '../terminal/paint.ts'

export const command = defineCommand({
  isOfProject: true,
  options: [{ flags: '--environment <name>', text: 'only promotions to this environment' }],
  details: 'Exits 1 while a gate of any of them is not met.',
  examples: ['gates --environment production'],
  async run(call, host) {
    const output = outputOf(call, host)
    const environment = call.text('environment')
    const promotions = (await waitingPromotions(connectProject(call, host))).filter(
      each => environment === undefined || each.environment === environment,
    )
    output.json({ promotions })
    if (promotions.length === 0) output.print('no promotion waits')
    for (const promotion of promotions) output.print(described(promotion, output.paint))
    return promotions.every(({ gates }) => gates.every(({ state }) => state === 'met')) ? 0 : 1
  },
})

function described(
  { release, environment, state, gates, approvals, approvalsNeeded }: Promotion,
  paint: Painter,
): string {
  const yes = approvals.filter(({ decision }) => decision === 'approved').length
  const head = `${paint.bold(shortSha(release))} → ${environment}  ${state}, ${yes} of ${approvalsNeeded} approvals`
  return [head, ...gates.map(gate => `  ${mark(gate, paint)} ${gate.title}: ${gateDetail(gate)}`)].join('\n')
}

function mark({ state }: GateResult, paint: Painter): string {
  if (state === 'met') return paint.green('met    ')
  return state === 'waiting' ? paint.yellow('waiting') : paint.red('unmet  ')
}
