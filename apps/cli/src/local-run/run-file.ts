import { readFile, realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { JobState } from '@gantry/core'
import { didYouMean } from '@gantry/core/words'
import type { Approval } from '@gantry/runner/local'
import { triggeredBy, type Workflow } from '@gantry/workflow'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import { requireApart, valuesIn } from '../secret/env-ci-files.ts'
import { localValues, tellUnset } from '../secret/local-values.ts'
import { confirm } from '../terminal/confirm.ts'
import { outputOf } from '../terminal/output.ts'
import type { LocalRun } from './asked-run.ts'
import { localEvent } from './event.ts'
import type { GitFacts } from './git-facts.ts'
import { performRun, workflowAt } from './local-run.ts'
import { partOf } from './part.ts'
import type { Progress } from './progress.ts'

/** `gantry run`: runs a workflow file of the repository as it lies there. */
export async function runFile(call: Call, host: Host, facts: Promise<GitFacts>): Promise<ExitCode> {
  const output = outputOf(call, host)
  const git = await facts
  const workflow = await workflowAt(git.top, resolve(host.cwd, call.required('file')))
  const part = partOf(call, workflow, ['event', 'eventFile', 'input'])
  // A run that goes on has its own event; here it only has to be one.
  const name = part.fromFailed ? (workflow.on[0]?.event ?? 'push') : eventName(call, workflow)
  const inputs = call.pairs('input')
  const event = localEvent(name, git, { inputs, payload: await payloadFrom(call, host) })
  const { runs, why } = triggeredBy(workflow, event)
  if (!runs && !part.fromFailed) output.note(`on GitHub this would not start: ${why}`)
  const values = await localValues(git, host, await secretsFrom(call, host, git.top), output)
  tellUnset(workflow, values, output)
  const asked = {
    ...part,
    workflow,
    event,
    git,
    inputs,
    values,
    ...ofServer(host.env),
    keep: call.flag('keep'),
    again: `gantry run ${call.required('file')} --from-failed`,
    withShell: call.flag('shell'),
    why: call.flag('why') ? { workflow: why } : null,
    withCache: false,
    approve: approver(call, host),
  }
  return performRun(asked, host, output)
}

function eventName(call: Call, workflow: Workflow): string {
  const known = workflow.on.map(({ event }) => event)
  const asked = call.text('event')
  const [only] = known
  if (asked === undefined && only !== undefined && known.length === 1) return only
  if (asked !== undefined && known.includes(asked)) return asked
  const got = asked === undefined ? 'say which with --event' : `got "${asked}"${didYouMean(asked, known)}`
  throw new CalledWrongly(`${workflow.path} starts on ${known.join(', ')}; ${got}`)
}

/** The approvals given with the call; on a terminal a person is asked for the others. */
function approver(call: Call, host: Host): (job: JobState, progress: Progress) => Promise<Approval> {
  const given = new Set(call.list('approve'))
  return async ({ id, environment = '' }, progress) => {
    if (call.flag('yes') || given.has(environment)) return 'approved'
    if (!host.isInteractive || call.flag('json')) return 'waiting'
    progress.pause()
    try {
      return (await confirm(host, `${id} wants to enter ${environment}. Let it?`)) ? 'approved' : 'rejected'
    } finally {
      progress.resume()
    }
  }
}

async function payloadFrom(call: Call, host: Host): Promise<Record<string, unknown>> {
  const file = call.text('eventFile')
  if (file === undefined) return {}
  const text = await given(file, host, 'event-file')
  try {
    const payload: unknown = JSON.parse(text)
    if (typeof payload === 'object' && payload !== null && !Array.isArray(payload)) {
      return Object.fromEntries(Object.entries(payload))
    }
  } catch {
    // Said below, as for anything else that is no object.
  }
  throw new CalledWrongly(`event-file: expected a JSON object in ${file}`)
}

async function secretsFrom(call: Call, host: Host, top: string): Promise<Record<string, string>> {
  const file = call.text('secretFile')
  if (file === undefined) return {}
  await given(file, host, 'secret-file')
  const path = await realpath(resolve(host.cwd, file))
  await requireApart(top, path)
  return valuesIn(path)
}

async function given(file: string, host: Host, option: string): Promise<string> {
  return readFile(resolve(host.cwd, file), 'utf8').catch(() => {
    throw new CalledWrongly(`${option}: expected a file at ${file}`)
  })
}

/** Steps may speak to a server only when the person said so by setting both. */
function ofServer({
  GANTRY_URL,
  GANTRY_PROJECT,
  GANTRY_TOKEN,
}: Host['env']): Pick<LocalRun, 'stepEnv' | 'stepSecrets'> {
  if (!GANTRY_URL || !GANTRY_TOKEN) return { stepEnv: {}, stepSecrets: {} }
  return { stepEnv: { GANTRY_URL, ...(GANTRY_PROJECT && { GANTRY_PROJECT }) }, stepSecrets: { GANTRY_TOKEN } }
}
