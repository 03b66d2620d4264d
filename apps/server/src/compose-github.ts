import { dispatchJob, githubRun, type Promotion } from '@gantry/core'
import { startRun } from '@gantry/github'
import type { ComposedDelivery } from './compose-delivery.ts'
import type { ComposedWatch } from './compose-watch.ts'
import { adoptPushed } from './github/adopt-pushed.ts'
import { CheckReader } from './github/check-reader.ts'
import { DeploymentMirror } from './github/deployment-mirror.ts'
import type { GitHubAccess } from './github/github-access.ts'
import { GitHubSetup } from './github/github-setup.ts'
import { type GitHubHandlers, GitHubWork } from './github/github-work.ts'
import { type GivenToken, keysOfGitHub, tradeJobToken } from './github/job-tokens.ts'
import { MissedEvents } from './github/missed-events.ts'
import { tellOfPreviews } from './github/preview-comments.ts'
import { PromotionDispatch } from './github/promotion-dispatch.ts'
import { ProtectionRule } from './github/protection-rule.ts'
import { PullComments } from './github/pull-comments.ts'
import type { PushRecord } from './github/push-record.ts'
import type { PreviewDesk } from './preview/preview-desk.ts'
import type { PullRequests } from './preview/pull-requests.ts'
import type { ProjectBase } from './project/project-base.ts'
import type { ProjectHome } from './project/project-home.ts'
import type { PromotionDesk } from './release/promotion-desk.ts'

/** GitHub's side of one project. */
export interface ComposedGitHub {
  setup: GitHubSetup
  work: GitHubWork
  /** Starts a workflow of the repository by hand; false when the project is not connected. */
  startRun(run: { workflow: string; branch: string; inputs: Record<string, string> }): Promise<boolean>
  /** A job on GitHub asks for a promotion; null: nobody has to let it in, and its run is started. @throws GantryError GITHUB_NOT_CONNECTED */
  promote(asked: { release: string; environment: string; run: string; actor: string }): Promise<Promotion | null>
  /** @throws GantryError JOB_TOKEN_REFUSED, GITHUB_NOT_CONNECTED */
  tradeJobToken(token: string, environment: string | null): Promise<GivenToken>
}

interface GitHubWiring extends ProjectBase {
  project: ProjectHome
  delivery: Pick<ComposedDelivery, 'address'>
  promotions: PromotionDesk
  previews: Pick<PreviewDesk, 'lookAgain'>
  pulls: PullRequests
  pushes: PushRecord
  watch: Pick<ComposedWatch, 'factsChanged'>
}

export function composeGitHub(parts: GitHubWiring): ComposedGitHub {
  const { stored, live, onGitHub: github, repository, log, project: home, pushes } = parts
  const of = { ...parts, project: stored.name }
  const onChanged = () => live.tell({ topic: 'github', key: '' })
  const setup = new GitHubSetup({ ...of, github, onChanged, problems: () => dispatch.problems() })
  const own = { ...of, github, current: home.current }
  const told = { ...own, comments: new PullComments(of), address: parts.delivery.address }
  const mirror = new DeploymentMirror(told)
  const dispatch = new PromotionDispatch(own)
  const rule = new ProtectionRule(own)
  const judgeAnew = () => live.tell({ topic: 'promotion', key: '' })
  const checks = new CheckReader({ ...own, onChanged: judgeAnew })
  const handlers: GitHubHandlers = {
    ping: nothing,
    async push(event) {
      await pushes.told(event)
      await adoptPushed(event, { github, repository, home, log })
    },
    // That it came makes the reader look.
    check: nothing,
    run: event => dispatch.heard(event),
    protection: async event => {
      await rule.asked(event)
      onChanged()
    },
    pull: async () => parts.previews.lookAgain(),
    installation: async () => void (await setup.lookAtInstallation()),
  }
  const missed = new MissedEvents({
    ...of,
    github,
    run: handlers.run,
    waits: event => rule.found(event),
    push: handlers.push,
    factsChanged: () => parts.watch.factsChanged(),
    current: home.current,
  })
  const work = new GitHubWork({
    ...of,
    ...{ github, handlers },
    chores: [
      { what: 'deployments on GitHub', topics: ['deployment'], work: () => mirror.tell() },
      { what: 'previews on GitHub', topics: ['preview'], work: () => tellOfPreviews(told) },
      { what: 'promotions on GitHub', topics: ['promotion'], work: () => dispatch.start() },
      { what: 'checks on GitHub', topics: ['promotion'], work: () => checks.read() },
      { what: 'answers to GitHub', topics: ['promotion', 'release'], work: () => rule.answer() },
      { what: 'pushes on GitHub', topics: ['promotion'], work: () => pushes.ask() },
      { what: 'what GitHub may not have told', topics: [], work: () => missed.ask() },
    ],
  })
  const promote: ComposedGitHub['promote'] = async ({ run, ...asked }) => {
    await github.require()
    const promotion = await parts.promotions.request({ ...asked, runId: githubRun(run), jobId: dispatchJob })
    if (promotion === null) await dispatch.startAtOnce({ ...asked, run })
    return promotion
  }
  const keys = keysOfGitHub(github.place)
  const trading = { ...parts, github, keys, project: home.latest }
  return {
    setup,
    work,
    promote,
    startRun: run => startOn(github, run),
    tradeJobToken: (token, asked) => tradeJobToken(token, asked, trading),
  }
}

async function startOn(github: GitHubAccess, run: Parameters<ComposedGitHub['startRun']>[0]): Promise<boolean> {
  const connected = await github.connected()
  if (!connected) return false
  // It is not looked for later: one that is started twice carries on with the same deployment.
  await startRun(connected.client, connected.repo, run)
  return true
}

const nothing = async () => undefined
