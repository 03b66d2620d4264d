import { defineCommand } from '../command/command.ts'
import { decide, decisionOptions, promotionArgument } from '../promotion/decide.ts'

export const command = defineCommand({
  isOfProject: true,
  arguments: [promotionArgument],
  options: decisionOptions,
  examples: ['approve 8f3c2a1 --reason "checked the sign-up on staging"'],
  run: (call, host) => decide('approve', call, host),
})
