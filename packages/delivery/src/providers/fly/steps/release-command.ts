import type { StepOutcome } from '@gantry/core'
import parseArguments from 'string-argv'
import { stepDone, stepFailed } from '../../step-outcome.ts'
import { launchMachine, withTag } from '../api/launch-machine.ts'
import { destroyLeased } from '../api/lease.ts'
import { exitCodeOf, isGone, type Machine } from '../api/machine.ts'
import type { FlyWork } from '../fly-work.ts'
import { tags } from '../tags.ts'
import type { FlyToml } from '../toml/fly-toml.ts'
import { guestOf } from '../toml/guest.ts'
import { type MachineConfig, withoutEmpty } from '../toml/machine-config.ts'
import { processGroups } from '../toml/process-groups.ts'
import { awaitStopped } from './await-state.ts'

const group = 'fly_app_release_command'
const limitMs = 25 * 60_000

const tagOf = ({ facts }: FlyWork) => `${facts.release.id.slice(0, 12)}.release-command`

export interface ReleaseCommandParts {
  toml: FlyToml
  image: string
  region: string
  minSecretsVersion: number | null
}

/**
 * Runs the release_command of fly.toml on a machine of its own, which stays, stopped, until the release is live: whoever goes on
 * after a crash reads there how it ended, and does not run it again.
 */
export async function runReleaseCommand(work: FlyWork, parts: ReleaseCommandParts): Promise<StepOutcome> {
  const command = parts.toml.deploy.release_command?.trim() ?? ''
  if (command === '') return stepDone('fly.toml has no release_command')
  const { api, context, app } = work
  const before = withTag(await api.list(), tagOf(work))
  const wentWrong = before?.state === 'stopped' && exitCodeOf(before) !== 0
  if (before && wentWrong) await destroyLeased(work, before)
  const machine =
    before && !wentWrong
      ? before
      : await launchMachine(work, {
          tag: tagOf(work),
          region: parts.region,
          config: configOf(work, command, parts),
          minSecretsVersion: parts.minSecretsVersion,
        })
  await context.progress(`${command} runs on machine ${machine.id}`, { machine: machine.id })
  const ended = await awaitEnd(work, machine)
  const code = ended && exitCodeOf(ended)
  if (code === 0) return stepDone(command, { machine: machine.id })
  const see = `see \`fly logs -a ${app} -i ${machine.id}\``
  if (!ended) return { ok: false, why: `${command} did not end; ${see}`, afterMs: limitMs, lines: [] }
  return stepFailed(`${command} ended with ${code === null ? 'no exit code' : `exit code ${code}`}; ${see}`)
}

/** Ends what is still running of it. */
export async function cancelReleaseCommand(work: FlyWork): Promise<void> {
  const machine = withTag(await work.api.list(), tagOf(work))
  if (machine) await destroyLeased(work, machine)
}

async function awaitEnd(work: FlyWork, machine: Machine): Promise<Machine | null> {
  const { api, context } = work
  const until = context.now().getTime() + limitMs
  for (let last = machine; ; last = await api.get(machine.id)) {
    if (last.state === 'stopped' || last.state === 'failed' || isGone(last)) return last
    if (context.now().getTime() >= until) return null
    await awaitStopped(work, last)
  }
}

function configOf({ facts }: FlyWork, command: string, { toml, image }: ReleaseCommandParts): MachineConfig {
  const [first = 'app'] = processGroups(toml)
  return withoutEmpty({
    image,
    init: withoutEmpty({ cmd: parseArguments(command), swap_size_mb: toml.swap_size_mb }),
    restart: { policy: 'no' },
    dns: { skip_registration: true },
    guest: guestOf(toml.vm, first),
    env: { ...toml.env, RELEASE_COMMAND: '1', FLY_PROCESS_GROUP: group },
    metadata: {
      fly_platform_version: 'v2',
      fly_process_group: group,
      [tags.service]: facts.service,
      [tags.release]: facts.release.id,
    },
  })
}
