import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadConfig } from '@gantry/config/load'
import { appSlugOf } from '@gantry/github'
import { readWorkflow } from '@gantry/workflow'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { Host } from '../host.ts'
import { gitFacts } from '../local-run/git-facts.ts'
import { confirm } from '../terminal/confirm.ts'
import { outputOf } from '../terminal/output.ts'
import { shown } from '../terminal/table.ts'
import { type Change, type Made, makeChanges, type Request } from './change.ts'
import { githubOf } from './github.ts'
import { protectionDifference } from './protection.ts'
import { wantedOnGitHub } from './wanted.ts'

/** Shows what GitHub's settings lack of what the repository says, and sets it. Answers the exit code. */
export async function protect(call: Call, host: Host): Promise<0 | 1> {
  const output = outputOf(call, host)
  const { top, repository } = await gitFacts(host.cwd)
  const { wanted, path } = await wantedHere(call, top)
  const github = githubOf(host, repository, 'gantry github protect', true)
  const { changes, notOffered } = await protectionDifference(github, wanted)
  output.print(`${repository}: ${changes.length === 0 ? 'nothing to change' : ''}`.trimEnd())
  // One setting may take two requests.
  const lines = changes.map(({ what, now, wanted: wish }) => `  ${shown(what)}: ${shown(now)} → ${shown(wish)}`)
  for (const line of new Set(lines)) output.print(line)
  for (const each of notOffered) output.note(`not on offer: ${shown(each)}`)
  if (wanted.checks.length === 0) {
    output.note(
      `${path} has no job that always runs and needs all others: no check can be required. See \`gantry doctor\`.`,
    )
  }
  if (changes.length === 0 || call.flag('dryRun')) {
    output.json({ repository, changes: changes.map(inJson), notOffered, isChanged: false })
    return 0
  }
  if (!(await isAllowed(call, host))) {
    output.note('nothing was changed')
    return 1
  }
  const made: Made = { undo: [], notOffered: [] }
  try {
    await makeChanges(github, changes, made)
  } finally {
    for (const each of made.notOffered) output.note(`not on offer: ${shown(each)}`)
    if (made.undo.length > 0) output.print('changed; this puts it back as it was:')
    for (const undo of made.undo.toReversed()) output.print(`  ${inWords(repository, undo)}`)
  }
  const refused = [...notOffered, ...made.notOffered]
  output.json({ repository, changes: changes.map(inJson), notOffered: refused, isChanged: true })
  return 0
}

async function wantedHere(call: Call, top: string) {
  const config = await loadConfig(top)
  const path = `.github/workflows/${config.requiredWorkflow}`
  const workflow = readWorkflow(path, await readFile(join(top, path), 'utf8'))
  const named = call
    .text('reviewers')
    ?.split(',')
    .map(name => name.trim())
    .filter(Boolean)
  const app = call.text('app') ?? appSlugOf(config.project)
  return { path, wanted: wantedOnGitHub(config, [workflow], { reviewers: named ?? null, app }) }
}

/** @throws CalledWrongly where nobody can be asked */
async function isAllowed(call: Call, host: Host): Promise<boolean> {
  if (call.flag('yes')) return true
  if (!host.isInteractive) throw new CalledWrongly('expected --yes or --dry-run, there is nobody to ask')
  return confirm(host, 'Change these settings?')
}

const inJson = ({ what, now, wanted, request, undo }: Change) => ({ what, now, wanted, request, undo })

/** As GitHub's own command takes it. */
function inWords(repository: string, { method, path, body }: Request): string {
  const asked = `gh api --method ${method} repos/${repository}${path}`
  if (body === undefined) return asked
  return `echo '${JSON.stringify(body).replaceAll("'", "'\\''")}' | ${asked} --input -`
}
