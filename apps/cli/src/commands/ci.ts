import { contentsOf } from '@gantry/runner/contents'
import { defineCommand } from '../command/command.ts'
import { treeFacts } from '../local-run/git-facts.ts'
import { partOptions } from '../local-run/part-options.ts'

const required = '.github/workflows/ci.yml'

export const command = defineCommand({
  isOfProject: true,
  arguments: [{ name: '[action]', text: 'run, or figures of past runs', choices: ['run', 'stats'], default: 'run' }],
  options: [
    ...partOptions,
    { flags: '--days <count>', text: 'stats: of so many days', default: '30' },
    { flags: '--budget <minutes>', text: 'stats: what a run may take; else `anomalies.budget`' },
    { flags: '--github', text: 'stats: read from GitHub itself (GITHUB_TOKEN), not from the server' },
    { flags: '--fresh', text: 'run everything, also what succeeded before with the same files' },
    { flags: '--why', text: 'say of the workflow, each job and each step why it runs or does not' },
    { flags: '--shell', text: 'open a shell where a step fails, with its folder and environment' },
    { flags: '--keep', text: 'leave the workspaces and artifacts behind, to look at them' },
  ],
  details: `Runs ${required} of the repository you are in as a pull request would, with the files as they are:
uncommitted changes included, ignored files not. A job that succeeded on the same day is restored, not run, when everything it can
see is the same: files, commit and branches, definition, needs, machine. In a job that runs, scripts of packages are restored on the
same terms; where bubblewrap is installed a script sees its package and what that depends on, and no more has to be the same. A run
that failed is kept: --from-failed brings the files you changed into its working copies and goes on at the step that failed. Exits 0 when it succeeds, 1 when not, 2 when it is refused.`,
  examples: [
    'ci',
    'ci --from-failed',
    'ci --job check --step "Unit tests"',
    'ci --job check --json',
    'ci stats --days 14',
  ],
  async run(call, host) {
    if (call.required('action') === 'stats') {
      const { ciStats } = await import('../metrics/ci-stats.ts')
      return ciStats(call, host)
    }
    // git looks at the repository while the rest of Gantry is read.
    const begun = { git: treeFacts(host.cwd), contents: contentsOf(host.cwd) }
    // What goes wrong is thrown where it is waited for, if it is.
    for (const each of Object.values(begun)) each.catch(() => undefined)
    const { runChecks } = await import('../local-run/run-checks.ts')
    return runChecks(required, call, host, begun)
  },
})
