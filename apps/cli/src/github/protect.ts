import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadConfig } from '@gantry/config/load'
import { readWorkflow } from '@gantry/workflow'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { Host } from '../host.ts'
import { gitFacts } from '../local-run/git-facts.ts'
import { confirm } from '../terminal/confirm.ts'
import { outputOf } from '../terminal/output.ts'
import { shown } from '../terminal/table.ts'
import { githubOf } from './github.ts'
import { type Change, protectionChanges } from './protection.ts'
import { wantedOnGitHub } from './wanted.ts'

/** Shows what GitHub's settings lack of what the repository says, and sets it. Answers the exit code. */
export async function protect(call: Call, host: Host): Promise<0 | 1> {
  const output = outputOf(call, host)
  const { top, repository } = await gitFacts(host.cwd)
  const config = await loadConfig(top)
  const path = `.github/workflows/${config.requiredWorkflow}`
  const workflow = readWorkflow(path, await readFile(join(top, path), 'utf8'))
  const reviewers =
    call
      .text('reviewers')
      ?.split(',')
      .map(name => name.trim())
      .filter(Boolean) ?? null
  const wanted = wantedOnGitHub(config, [workflow], reviewers)
  const github = githubOf(host, repository, 'gantry github protect', true)
  const changes = await protectionChanges(github, wanted)
  output.print(`${repository}: ${changes.length === 0 ? 'nothing to change' : ''}`.trimEnd())
  for (const { what, now, wanted: wish } of changes) output.print(`  ${shown(what)}: ${shown(now)} → ${shown(wish)}`)
  if (wanted.checks.length === 0) {
    output.note(
      `${path} has no job that always runs and needs all others: no check can be required. See \`gantry doctor\`.`,
    )
  }
  const isDone = changes.length === 0 || call.flag('dryRun')
  if (!isDone) {
    if (!call.flag('yes') && !host.isInteractive)
      throw new CalledWrongly('expected --yes or --dry-run, there is nobody to ask')
    if (!call.flag('yes') && !(await confirm(host, 'Change these settings?'))) {
      output.note('nothing was changed')
      return 1
    }
    for (const { method, path: at, body } of onceEach(changes.map(each => each.request)))
      await github.send(method, at, body)
    output.print('changed; this puts it back as it was:')
    for (const undo of onceEach(changes.map(each => each.undo))) output.print(`  ${inWords(repository, undo)}`)
  }
  output.json({ repository, changes, isChanged: !isDone })
  return 0
}

/** Several changes of one environment are one request. */
const onceEach = <T extends { path: string }>(requests: readonly T[]): T[] => [
  ...new Map(requests.map(request => [request.path, request])).values(),
]

/** As GitHub's own command takes it. */
function inWords(repository: string, { method, path, body }: Change['undo']): string {
  const asked = `gh api --method ${method} repos/${repository}${path}`
  if (body === undefined) return asked
  return `echo '${JSON.stringify(body).replaceAll("'", "'\\''")}' | ${asked} --input -`
}
