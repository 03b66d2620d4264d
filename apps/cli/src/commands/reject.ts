import { defineCommand } from '../command/command.ts'
import { decide, decisionOptions, promotionArgument } from '../promotion/decide.ts'

export const command = defineCommand({
  isOfProject: true,
  arguments: [promotionArgument],
  options: decisionOptions,
  examples: ['reject 8f3c2a1 --reason "the sign-up on staging loses the address"'],
  run: (call, host) => decide('reject', call, host),
})
