import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadConfig } from '@gantry/config/load'
import { readWorkflow } from '@gantry/workflow'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import { githubOf } from '../github/github.ts'
import { type Change, protectionChanges } from '../github/protection.ts'
import { wantedOnGitHub } from '../github/wanted.ts'
import { gitFacts } from '../local-run/git-facts.ts'
import { confirm } from '../terminal/confirm.ts'
import { outputOf } from '../terminal/output.ts'
import { shown } from '../terminal/table.ts'

export const command = defineCommand({
  arguments: [{ name: '<action>', text: 'what to do', choices: ['protect'] }],
  options: [
    { flags: '--reviewers <names>', text: 'who may approve, by comma: accounts (ana) and teams (@acme/ops)' },
    { flags: '--dry-run', text: 'print what would change, and change nothing' },
    { flags: '-y, --yes', text: 'change without asking' },
  ],
  details: `Makes the one required check of the required workflow hold for pull requests, and makes the environments of
gantry.config.ts with their reviewers. Shows every change first; what it does not speak of stays as it is. Needs
GITHUB_TOKEN of a person who may administer the repository.`,
  examples: ['github protect --dry-run', 'github protect --reviewers ana,@acme/ops'],
  async run(call, host) {
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
      for (const { method, path: at, body } of requestsOf(changes)) await github.send(method, at, body)
      output.print('changed')
    }
    output.json({ repository, changes, isChanged: !isDone })
    return 0
  },
})

/** Several changes of one environment are one request. */
const requestsOf = (changes: readonly Change[]): Change['request'][] => [
  ...new Map(changes.map(({ request }) => [request.path, request])).values(),
]
