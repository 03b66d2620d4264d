import { availableParallelism, homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { machineEnvironment, type RunnerSettings, readLimits, startRunner, wallsAround } from '@gantry/runner'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  options: [
    { flags: '--server <url>', text: 'the server whose jobs it executes (GANTRY_URL)' },
    { flags: '--token <token>', text: 'what `gantry runners add` printed (GANTRY_RUNNER_TOKEN)' },
    { flags: '--labels <labels>', text: 'instead of those it was added with, separated by commas' },
    { flags: '--jobs <count>', text: 'jobs at a time; default the processors of this machine' },
    { flags: '--folder <folder>', text: 'where it works; default ~/.gantry-runner' },
    { flags: '--limits <limits>', text: 'what a job may take at most: memory=4g,cpus=2,processes=2000,disk=20g' },
    { flags: '--sandbox <when>', text: 'auto, required or off (GANTRY_SANDBOX)', choices: ['auto', 'required', 'off'] },
    {
      flags: '--user <account>',
      text: 'whose the jobs of root are: auto (an account of their own), same (root), or one by name (GANTRY_JOB_USER)',
    },
    { flags: '--once', text: 'take one job, execute it and end' },
  ],
  details: `It calls the server, and nothing calls it: it needs no port of its own. A server that restarts is waited for; what runs goes on.
The token is read from GANTRY_RUNNER_TOKEN too, which other users of this machine do not see in the list of processes.
Ctrl-C gives its jobs back to the queue. Use one token for one runner.`,
  examples: [
    'runner --server https://gantry.example.com --labels self-hosted,gpu',
    'runner --server http://127.0.0.1:4400 --once',
  ],
  async run(call, host) {
    const output = outputOf(call, host)
    const settings = settingsOf(call, host)
    const say = (line: string): void => output.note(line)
    const runner = await startRunner(settings, { say, now: host.now })
    const deaf = host.onSignal(() => void runner.stop())
    try {
      const ended = await runner.ended
      output.json({ ended })
      return 0
    } finally {
      deaf()
    }
  },
})

function settingsOf(call: Call, host: Host): RunnerSettings {
  const { env } = host
  const url = call.text('server') ?? env['GANTRY_URL']
  const token = call.text('token') ?? env['GANTRY_RUNNER_TOKEN']
  if (!url || !URL.canParse(url)) throw new CalledWrongly('--server: expected the address of a server', hint)
  if (!token) throw new CalledWrongly('--token: expected the token of a runner, got none', hint)
  const folder = resolve(host.cwd, call.text('folder') ?? join(homedir(), '.gantry-runner'))
  const base = machineEnvironment(env)
  return {
    server: { url },
    token,
    labels: listed(call.text('labels')),
    jobsAtOnce: call.int('jobs', { min: 1, max: 1_000 }) ?? availableParallelism(),
    isOnce: call.flag('once'),
    version: process.version,
    env: base,
    limits: readLimits(call.text('limits') ?? env['GANTRY_JOB_LIMITS'] ?? ''),
    sandbox: sandboxOf(call.text('sandbox') ?? (env['GANTRY_SANDBOX'] || 'auto')),
    user: call.text('user') ?? (env['GANTRY_JOB_USER'] || 'auto'),
    walls: wallsAround({ env: base, hidden: [folder], gantry: programsAround(host.main) }),
    gantryMain: host.main,
    folders: {
      work: join(folder, 'work'),
      cache: join(folder, 'cache'),
      tools: join(folder, 'tools'),
      spool: join(folder, 'spool'),
      commands: join(folder, 'bin'),
      repositories: { of: 'runner', root: join(folder, 'repositories') },
    },
  }
}

const hint = 'An owner adds a runner with `gantry runners add NAME`, which prints its token once.'

const listed = (text: string | undefined): string[] | null =>
  text === undefined ? null : text.split(/[\s,]+/).filter(label => label !== '')

function sandboxOf(text: string): RunnerSettings['sandbox'] {
  if (text === 'auto' || text === 'required' || text === 'off') return text
  throw new CalledWrongly(`GANTRY_SANDBOX: expected auto, required or off, got "${text}"`)
}

/** The checkout that this command is part of, or the folder it was installed in. */
const programsAround = (main: string): string =>
  main.endsWith('.mjs') ? dirname(main) : resolve(dirname(main), '../../..')
