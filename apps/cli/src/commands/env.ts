import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { GantryError } from '@gantry/core'
import { checkEnv, type EnvFinding, type EnvironmentNames } from '@gantry/core/env'
import { loadConfig } from '@gantry/delivery'
import type { Call } from '../command/call.ts'
import { defineCommand } from '../command/command.ts'
import { envFacts, examplesIn } from '../env/env-facts.ts'
import { freshMarks, namesInFiles } from '../env/environment-files.ts'
import { namesOnGitHub } from '../env/github-names.ts'
import { leakedSecrets } from '../env/leaked-secrets.ts'
import { githubOf } from '../github/github.ts'
import type { Host } from '../host.ts'
import { type GitFacts, gitFacts } from '../local-run/git-facts.ts'
import { outputOf } from '../terminal/output.ts'
import type { Painter } from '../terminal/paint.ts'
import { shown } from '../terminal/table.ts'

export const command = defineCommand({
  arguments: [{ name: '[action]', text: 'what to do', choices: ['check'], default: 'check' }],
  options: [
    { flags: '--github', text: 'ask GitHub which names its environments have (GITHUB_TOKEN; names only)' },
    { flags: '--no-leaks', text: 'do not look for tokens and keys in tracked files' },
  ],
  details: `Compares .env.example with what code and workflows read, and with the names each environment has:
.env.staging, .env.production and so on, and GitHub's environments. Values are never printed or sent anywhere.
Exits 1 when something is wrong.`,
  examples: ['env check', 'env check --github --json'],
  async run(call, host) {
    const output = outputOf(call, host)
    const git = await gitFacts(host.cwd)
    const [files, tracked] = await Promise.all([listed(git.top, '--cached', '--others'), listed(git.top, '--cached')])
    const examples = examplesIn(files)
    if (examples.length === 0) {
      throw new GantryError('ENV_EXAMPLE_MISSING', `expected a .env.example in ${git.top}`, { top: git.top })
    }
    const environments = await environmentsOf(call, host, git)
    const findings: EnvFinding[] = []
    for (const example of examples) {
      const own =
        example === '.env.example' ? environments : environments.filter(({ source }) => isBeside(source, example))
      findings.push(...checkEnv(await envFacts(git.top, files, tracked, example, own)))
    }
    if (call.flag('leaks')) {
      findings.push(...(await leakedSecrets(git.top, [...tracked], progress(host))))
    }
    output.json({ findings })
    output.print(render(findings, examples, output.paint))
    return findings.some(({ severity }) => severity === 'error') ? 1 : 0
  },
})

/** Names by environment: files that git ignores are looked at too, for that is where such files belong. */
async function environmentsOf(call: Call, host: Host, git: GitFacts): Promise<EnvironmentNames[]> {
  const names = await configured(git.top)
  const ignored = await listed(git.top, '--others', '--ignored')
  const all = new Set([...(await listed(git.top, '--cached', '--others')), ...ignored])
  const found = await namesInFiles(git.top, all, names, freshMarks())
  if (!call.flag('github')) return found
  return [...found, ...(await namesOnGitHub(githubOf(host, git.repository, '--github'), names))]
}

async function configured(top: string): Promise<string[]> {
  try {
    return Object.keys((await loadConfig(top)).environments)
  } catch (cause) {
    if (cause instanceof GantryError && cause.code === 'CONFIG_MISSING') return ['staging', 'production']
    throw cause
  }
}

const isBeside = (source: string, example: string): boolean =>
  source.startsWith(example.slice(0, example.length - '.env.example'.length))

async function listed(top: string, ...kinds: string[]): Promise<Set<string>> {
  // Folders that are ignored as a whole stay folded: node_modules is not looked into.
  const args = ['-C', top, 'ls-files', '-z', '--exclude-standard', '--directory', ...kinds]
  const { stdout } = await promisify(execFile)('git', args, { maxBuffer: 1 << 28 })
  return new Set(stdout.split('\0').filter(path => path !== '' && !path.endsWith('/')))
}

function progress(host: Host): (done: number, of: number) => void {
  if (!host.stderr.isTty) return () => {}
  return (done, of) => host.stderr.write(done === of ? '\r\u001b[K' : `\rlooking for secrets: ${done} of ${of} files`)
}

function render(findings: readonly EnvFinding[], examples: readonly string[], paint: Painter): string {
  const blocks = findings.map(({ severity, rule, message, fix, path, line }) => {
    const mark = severity === 'error' ? paint.red('✗') : paint.yellow('▲')
    const place = path ? `${paint.dim(`  ${path}${line ? `:${line}` : ''}`)}\n` : ''
    return `${mark} ${shown(message)} ${paint.dim(`(${rule})`)}\n${place}  ${shown(fix)}`
  })
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const end =
    findings.length === 0
      ? paint.green('nothing is missing, shared or leaked')
      : `${errors} errors, ${findings.length - errors} warnings`
  return [...blocks, `${examples.join(', ')}: ${end}`].join('\n')
}
