import { GantryError, givenApprovals, shortSha } from '@gantry/core'
import { Promotion } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { one } from '../api/read.ts'
import type { Call } from '../command/call.ts'
import type { ArgumentSpec, ExitCode, OptionSpec } from '../command/command.ts'
import type { Host } from '../host.ts'
import { outputOf } from '../terminal/output.ts'
import { meantPromotion, undonePromotions, waitingPromotions } from './find-promotion.ts'

export const promotionArgument: ArgumentSpec = {
  name: '<release>',
  text: 'at least four characters of the release, or the id of the promotion',
}
export const decisionOptions: readonly OptionSpec[] = [
  { flags: '--reason <text>', text: 'why; it is written into the ledger' },
  { flags: '--environment <name>', text: 'where to, when the release waits for several' },
]

/** What a person decides about one promotion, bound to the version that was looked at. `more` is what the decision names besides. */
export async function decide(
  verb: 'approve' | 'reject' | 'withdraw' | 'override',
  call: Call,
  host: Host,
  more: object = {},
): Promise<ExitCode> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const reason = reasonOf(call)
  const asked = verb === 'withdraw' ? undonePromotions : waitingPromotions
  const meant = meantPromotion(await asked(api), call.required('release'), call.text('environment'))
  const body = { reason, version: meant.version, ...more }
  const decided = await api.post(`/promotions/${encodeURIComponent(meant.id)}/${verb}`, body, one(Promotion))
  output.json(decided)
  output.print(`${shortSha(decided.release)} → ${decided.environment}: ${words(decided)}`)
  return 0
}

/** @throws GantryError REASON_REQUIRED */
export function reasonOf(call: Call): string {
  const reason = call.text('reason')?.trim()
  if (reason) return reason
  throw new GantryError('REASON_REQUIRED', 'expected a reason, got none')
}

function words(promotion: Promotion): string {
  const { state, approvalsNeeded } = promotion
  return state === 'waiting' || state === 'ready'
    ? `${givenApprovals(promotion)} of ${approvalsNeeded} approvals`
    : state
}
