import { defineCommand } from '../command/command.ts'
import { decide, decisionOptions, promotionArgument } from '../promotion/decide.ts'

export const command = defineCommand({
  isOfProject: true,
  arguments: [promotionArgument, { name: '<gate>', text: 'its word in the config, such as freeze' }],
  options: decisionOptions,
  details: `Lets one promotion past a gate that is about the moment: freeze, soak, noCriticalIncident, monitorsUp. Owners may.
What the release itself was proved by is never overridden, and people still approve it.`,
  examples: ['override 8f3c2a1 freeze --reason "checkout is down, this mends it"'],
  run: (call, host) => decide('override', call, host, { gate: call.required('gate') }),
})
