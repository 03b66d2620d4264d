import { defineCommand } from '../command/command.ts'
import { completed, shells } from '../command/completion.ts'
import { outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  arguments: [{ name: '<shell>', text: 'which shell completes it', choices: Object.keys(shells) }],
  details: `Prints a script that the shell reads at its start: commands, their options, and what both may be.
  bash  gantry completion bash > ~/.local/share/bash-completion/completions/gantry
  zsh   gantry completion zsh > "\${fpath[1]}/_gantry"
  fish  gantry completion fish > ~/.config/fish/completions/gantry.fish`,
  examples: ['completion bash'],
  async run(call, host, commands) {
    const output = outputOf(call, host)
    const shell = call.text('shell')
    const all = await completed(commands)
    output.json({ commands: all })
    const write = shell === 'bash' || shell === 'zsh' || shell === 'fish' ? shells[shell] : null
    if (write) output.print(write(all).trimEnd())
    return 0
  },
})
