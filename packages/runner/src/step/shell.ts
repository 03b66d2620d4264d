import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** How a shell runs a script: command, arguments (`{0}` is the file), and the ending the file needs. */
export interface Shell {
  command: string
  args: string[]
  extension: string
}

const known: Record<string, Shell> = {
  bash: { command: 'bash', args: ['--noprofile', '--norc', '-e', '-o', 'pipefail', '{0}'], extension: '.sh' },
  sh: { command: 'sh', args: ['-e', '{0}'], extension: '.sh' },
  python: { command: 'python', args: ['{0}'], extension: '.py' },
  node: { command: 'node', args: ['{0}'], extension: '.cjs' },
}

/** Without `shell:` GitHub uses `bash -e`; with `shell: bash` it adds pipefail. Anything with `{0}` is a template. */
export function shellOf(shell: string | undefined, hasBash = true): Shell {
  if (shell === undefined || shell === '') {
    return { command: hasBash ? 'bash' : 'sh', args: ['-e', '{0}'], extension: '.sh' }
  }
  const named = known[shell.trim()]
  if (named !== undefined) return named
  const [command = '', ...args] = wordsOf(shell)
  if (!args.some(arg => arg.includes('{0}'))) {
    throw new Error(`expected shell to be ${Object.keys(known).join(', ')} or a template with {0}, got "${shell}"`)
  }
  return { command, args, extension: known[command]?.extension ?? '' }
}

/** GitHub's machines have a `python`; many others call it `python3` only. */
export function programOf(command: string, path = ''): string {
  if (command !== 'python') return command
  const isThere = path.split(delimiter).some(folder => folder !== '' && existsSync(join(folder, command)))
  return isThere ? command : 'python3'
}

function wordsOf(template: string): string[] {
  return [...template.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  )
}
