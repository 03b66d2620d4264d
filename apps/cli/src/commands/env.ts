import { GantryError } from '@gantry/core'
import type { EnvFinding } from '@gantry/core/env'
import { defineCommand } from '../command/command.ts'
import { checkRepositoryEnv } from '../env/check-repository.ts'
import { leakedSecrets } from '../env/leaked-secrets.ts'
import { readPlace } from '../env/vendors/index.ts'
import { githubOf } from '../github/github.ts'
import type { Host } from '../host.ts'
import { gitFacts, repositoryTop } from '../local-run/git-facts.ts'
import { outputOf } from '../terminal/output.ts'
import type { Painter } from '../terminal/paint.ts'
import { shown } from '../terminal/table.ts'

export const command = defineCommand({
  arguments: [{ name: '[action]', text: 'what to do', choices: ['check'], default: 'check' }],
  options: [
    { flags: '--github', text: 'ask GitHub which names its environments have (GITHUB_TOKEN; names only)' },
    {
      flags: '--at <environment=vendor:place>',
      text: 'ask Vercel, Fly.io or Render which names a place has; may be given several times',
      isRepeatable: true,
    },
    { flags: '--no-leaks', text: 'do not look for tokens and keys in tracked files' },
  ],
  details: `Compares .env.example with what code and workflows read, and with the names each environment has:
.env.staging, .env.production and so on, GitHub's environments, and with --at what a vendor keeps:
  staging=vercel:web/preview      project, and production (left out), preview, development or a custom one; VERCEL_TOKEN
  production/backend=fly:shop     app, here of one service only; FLY_API_TOKEN
  production=render:srv-abc       service; RENDER_API_KEY
Values are never printed or sent anywhere. Exits 1 when something is wrong.`,
  examples: ['env check', 'env check --github --json', 'env check --at production/backend=fly:shop-api'],
  async run(call, host) {
    const output = outputOf(call, host)
    const top = await repositoryTop(host.cwd)
    const github = call.flag('github') ? githubOf(host, (await gitFacts(host.cwd)).repository, '--github') : null
    const places = call.list('at').map(readPlace)
    const { examples, findings, tracked } = await checkRepositoryEnv(top, { github, places, env: host.env })
    if (examples.length === 0) {
      throw new GantryError('ENV_EXAMPLE_MISSING', `expected a .env.example in ${top}`, { top })
    }
    if (call.flag('leaks')) {
      findings.push(...(await leakedSecrets(top, [...tracked], progress(host))))
    }
    output.json({ findings })
    output.print(render(findings, examples, output.paint))
    return findings.some(({ severity }) => severity === 'error') ? 1 : 0
  },
})

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
