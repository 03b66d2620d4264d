import { startRun } from '@gantry/github'
import type { ComposedDelivery } from './compose-delivery.ts'
import { DeploymentMirror } from './github/deployment-mirror.ts'
import { GitHubAccess } from './github/github-access.ts'
import { GitHubSetup } from './github/github-setup.ts'
import { type GitHubHandlers, GitHubWork } from './github/github-work.ts'
import { type GivenToken, keysOfGitHub, tradeJobToken } from './github/job-tokens.ts'
import { MissedEvents } from './github/missed-events.ts'
import type { ProjectBase } from './project/project-base.ts'
import type { ProjectHome } from './project/project-home.ts'

/** GitHub's side of one project. */
export interface ComposedGitHub {
  setup: GitHubSetup
  work: GitHubWork
  /** Starts a workflow of the repository by hand; false when the project is not connected. */
  startRun(run: { workflow: string; branch: string; inputs: Record<string, string> }): Promise<boolean>
  /** @throws GantryError JOB_TOKEN_REFUSED, GITHUB_NOT_CONNECTED */
  tradeJobToken(token: string, environment: string | null): Promise<GivenToken>
}

interface GitHubWiring extends ProjectBase {
  project: ProjectHome
  delivery: Pick<ComposedDelivery, 'address'>
  factsChanged(): void
}

export function composeGitHub(parts: GitHubWiring): ComposedGitHub {
  const { stored, environment, live, project: home } = parts
  const of = { ...parts, project: stored.name }
  const github = new GitHubAccess({ ...of, githubUrl: environment.githubUrl })
  const onChanged = () => live.tell({ topic: 'github', key: '' })
  const setup = new GitHubSetup({ ...of, github, onChanged })
  const mirror = new DeploymentMirror({ ...of, github, current: home.current, address: parts.delivery.address })
  const handlers: GitHubHandlers = {
    ping: nothing,
    push: nothing,
    run: nothing,
    protection: nothing,
    installation: async () => void (await setup.lookAtInstallation()),
  }
  const missed = new MissedEvents({ ...of, github, handlers })
  const work = new GitHubWork({
    ...of,
    ...{ github, handlers },
    chores: [
      { what: 'deployments on GitHub', topics: ['deployment'], work: () => mirror.tell() },
      { what: 'what GitHub may not have told', topics: [], work: () => missed.ask() },
    ],
  })
  const keys = keysOfGitHub(github.place)
  const trading = { ...parts, github, keys, project: home.latest }
  return {
    setup,
    work,
    startRun: run => startOn(github, run, parts.now()),
    tradeJobToken: (token, asked) => tradeJobToken(token, asked, trading),
  }
}

async function startOn(
  github: GitHubAccess,
  run: Parameters<ComposedGitHub['startRun']>[0],
  at: Date,
): Promise<boolean> {
  const connected = await github.connected()
  if (!connected) return false
  // It is not looked for later: one that is started twice carries on with the same deployment.
  await startRun(connected.client, connected.repo, { ...run, mark: '', since: at.toISOString() })
  return true
}

const nothing = async () => undefined
