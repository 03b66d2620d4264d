import { actionsOf } from '../command/actions.ts'
import { defineCommand } from '../command/command.ts'
import { connectGitHub, disconnect, status } from '../github/connect-github.ts'
import { protect } from '../github/protect.ts'

const actions = actionsOf({ status, connect: connectGitHub, disconnect, protect })

export const command = defineCommand({
  isOfProject: true,
  arguments: [actions.argument],
  options: [
    { flags: '--repository <name>', text: 'connect: owner/name (that of the git remote)' },
    { flags: '--organization <name>', text: 'connect: whose the App is to be; left out: yours' },
    { flags: '--token', text: 'connect: keep the personal token of GITHUB_TOKEN, and make no App' },
    { flags: '--reviewers <names>', text: 'protect: who may approve, by comma: accounts (ana) and teams (@acme/ops)' },
    { flags: '--app <slug>', text: 'protect: the App that lets jobs in (gantry-<project>, as connect names it)' },
    { flags: '--dry-run', text: 'protect: print what would change, and change nothing' },
    { flags: '-y, --yes', text: 'protect, disconnect: without asking' },
  ],
  details: `connect believes the jobs of a repository, so that no secret of Gantry is stored on GitHub, and leads to the page that
makes an App: then commits, deployments and approvals are the same on both sides. disconnect undoes it.
protect makes the one required check of the required workflow hold for pull requests, by a ruleset or else by branch
protection, makes the environments of gantry.config.ts with their branch and reviewers, and lets the App hold their jobs where
GitHub offers that. Shows every change first; nothing becomes looser, and what it does not speak of stays as it is. Needs
GITHUB_TOKEN of a person who may administer the repository.`,
  examples: ['github', 'github connect', 'github protect --dry-run', 'github protect --reviewers ana,@acme/ops'],
  run: actions.run,
})
