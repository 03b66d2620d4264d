import type { Host } from '../host.ts'
import type { Call } from './call.ts'
import { CalledWrongly } from './called-wrongly.ts'
import type { ArgumentSpec, Command, ExitCode } from './command.ts'

/** One thing of those that a command does; done well where it says nothing else. */
type Action = (call: Call, host: Host) => Promise<ExitCode> | Promise<void>

/** A command that does one of several things: its first argument says which, and the first of them is the usual one. */
export function actionsOf(actions: Readonly<Record<string, Action>>): {
  argument: ArgumentSpec
  run: Command['run']
} {
  const choices = Object.keys(actions)
  const [usual = ''] = choices
  return {
    argument: { name: '[action]', text: 'what to do', choices, default: usual },
    async run(call, host) {
      const asked = call.required('action')
      const action = actions[asked]
      if (!action) throw new CalledWrongly(`"${asked}" is none of ${choices.join(', ')}`)
      return (await action(call, host)) ?? 0
    },
  }
}
