import { join } from 'node:path'
import type { contentsOf } from '@gantry/runner/contents'
import { triggeredBy } from '@gantry/workflow'
import type { Call } from '../command/call.ts'
import type { ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import { localValues, tellUnset } from '../secret/local-values.ts'
import { outputOf } from '../terminal/output.ts'
import { localEvent } from './event.ts'
import type { GitFacts } from './git-facts.ts'
import { performRun, workflowAt } from './local-run.ts'
import { partOf } from './part.ts'

/** What git was asked before anything else. */
interface Begun {
  git: Promise<GitFacts>
  contents: ReturnType<typeof contentsOf>
}

/** `gantry ci`: runs a workflow file of the repository as a pull request would. */
export async function runChecks(file: string, call: Call, host: Host, begun: Begun): Promise<ExitCode> {
  const output = outputOf(call, host)
  const git = await begun.git
  const workflow = await workflowAt(git.top, join(git.top, file))
  const event = localEvent('pull_request', git)
  const part = partOf(call, workflow, ['fresh'])
  // Steps of a restored job are not decided anew, and half a job is not to be remembered as a whole.
  const withCache =
    !['fresh', 'keep', 'why'].some(name => call.flag(name)) && !part.fromFailed && part.step === undefined
  const values = await localValues(git, host, {}, output)
  tellUnset(workflow, values, output)
  const asked = {
    ...part,
    workflow,
    event,
    git,
    contents: begun.contents,
    inputs: {},
    values,
    stepEnv: {},
    stepSecrets: {},
    keep: call.flag('keep'),
    again: 'gantry ci --from-failed',
    withShell: call.flag('shell'),
    why: call.flag('why') ? { workflow: triggeredBy(workflow, event).why } : null,
    withCache,
    // A pull request enters no environment that asks people.
    approve: async () => 'waiting' as const,
  }
  return performRun(asked, host, output)
}
