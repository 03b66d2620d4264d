import { CommanderError } from 'commander'
import { buildProgram } from './command/build-program.ts'
import type { ExitCode } from './command/command.ts'
import type { Host } from './host.ts'

/** Runs one command line; answers the exit code. The one place where what was thrown becomes words. */
export async function runProgram(argv: readonly string[], host: Host): Promise<ExitCode> {
  let exitCode: ExitCode = 0
  try {
    if (argv[0] === '--version' || argv[0] === '-V') return await printVersion(host)
    const program = await buildProgram(argv, host, code => {
      exitCode = code
    })
    if (argv.length === 0) program.outputHelp()
    else await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (cause) {
    // Help that was asked for.
    if (cause instanceof CommanderError && cause.exitCode === 0) return 0
    const { renderError } = await import('./terminal/render-error.ts')
    return renderError(cause, host, { isJson: argv.includes('--json'), command: argv[0] })
  }
}

async function printVersion(host: Host): Promise<ExitCode> {
  const { default: manifest } = await import('../package.json', { with: { type: 'json' } })
  host.stdout.write(`${manifest.version}\n`)
  return 0
}
