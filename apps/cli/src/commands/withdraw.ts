import { defineCommand } from '../command/command.ts'
import { decide, decisionOptions, promotionArgument } from '../promotion/decide.ts'

export const command = defineCommand({
  isOfProject: true,
  arguments: [promotionArgument],
  options: decisionOptions,
  details: 'Only your own yes, and only until its deployment began; from then on there is `gantry rollback`.',
  examples: ['withdraw 8f3c2a1 --reason "the sign-up fails on a phone"'],
  run: (call, host) => decide('withdraw', call, host),
})
