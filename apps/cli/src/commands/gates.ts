import { gateDetail, givenApprovals, shortSha } from '@gantry/core'
import type { Approval, GateResult, Promotion } from '@gantry/core/api'
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

function described(promotion: Promotion, paint: Painter): string {
  const { release, environment, state, gates, approvals, approvalsNeeded } = promotion
  const given = `${givenApprovals(promotion)} of ${approvalsNeeded} approvals`
  return [
    `${paint.bold(shortSha(release))} → ${environment}  ${state}, ${given}`,
    ...gates.flatMap(gate => [
      `  ${mark(gate, paint)} ${gate.title}: ${gateDetail(gate)}`,
      ...(gate.next ? [`          → ${gate.next}`] : []),
    ]),
    ...approvals.map(vote => `  ${vote.person} ${vote.decision} it: ${vote.reason}${voteEnd(vote)}`),
  ].join('\n')
}

const voteEnd = ({ lapsed, expiresAt }: Approval): string =>
  lapsed ? ` (does not count: ${lapsed})` : expiresAt ? ` (counts until ${expiresAt.slice(0, 16)}Z)` : ''

function mark({ state }: GateResult, paint: Painter): string {
  if (state === 'met') return paint.green('met    ')
  return state === 'waiting' ? paint.yellow('waiting') : paint.red('unmet  ')
}
