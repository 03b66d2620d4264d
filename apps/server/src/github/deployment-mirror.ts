import {
  type CommentRow,
  commitOfRelease,
  type Deployment,
  isPreview,
  isToldForGood,
  type Project,
  type Store,
  statusOnGitHub,
} from '@gantry/core'
import { mirrorDeployment, mirrorStatus, pullsOf, statusOf } from '@gantry/github'
import * as z from 'zod'
import type { ConnectedGitHub, GitHubAccess } from './github-access.ts'
import { type KeptLink, type KeptLinks, keptLinks } from './kept-links.ts'
import type { PullComments } from './pull-comments.ts'

export interface DeploymentMirrorParts {
  project: string
  store: Pick<Store, 'github' | 'deployments'>
  github: Pick<GitHubAccess, 'connected'>
  current(): Promise<Project>
  comments: PullComments
  address(environment: string, service: string): string | null
  pages(): string
  now(): Date
}

/** What is older was told of for good, unless GitHub was away for more than these: it stays as it was told last. */
const looksBack = 40

/** `githubId` null: GitHub does not have the commit, or was not told yet. */
const Mirrored = z.object({
  githubId: z.int().nullable(),
  told: z.string(),
  commented: z.string(),
  problem: z.string().nullable(),
})
type Mirrored = z.output<typeof Mirrored>
const nothingYet: Mirrored = { githubId: null, told: '', commented: '', problem: null }

/**
 * Shows each deployment on GitHub: as a deployment with its statuses, and in the one comment of its pull requests. It looks at
 * what there is and what was told, so that nothing is lost with a process, and looks on GitHub before it makes anything.
 */
export class DeploymentMirror {
  readonly #parts: DeploymentMirrorParts
  readonly #mirrored: KeptLinks<Mirrored>

  constructor(parts: DeploymentMirrorParts) {
    this.#parts = parts
    this.#mirrored = keptLinks('deployment', Mirrored, parts)
  }

  /** @throws GantryError VENDOR_REFUSED */
  async tell(): Promise<null> {
    const connected = await this.#parts.github.connected()
    if (!connected) return null
    const { project, store } = this.#parts
    const all = await store.deployments.list(project, { limit: looksBack })
    const since = connected.connection.connectedAt
    const own = all.filter(({ createdAt, kind }) => createdAt >= since && kind !== 'removal').reverse()
    const known = await this.#mirrored.of(own.map(({ id }) => id))
    for (const deployment of own) await this.#tellOne(deployment, known.get(deployment.id), connected)
    return null
  }

  async #tellOne(
    deployment: Deployment,
    link: KeptLink<Mirrored> | undefined,
    connected: ConnectedGitHub,
  ): Promise<void> {
    const before = link?.body ?? nothingYet
    if (link && !link.isOpen) return
    const { state, description } = statusOnGitHub(deployment)
    const told = `${state}: ${description}`
    if (before.told === told && before.commented === deployment.state) return
    const githubId = before.githubId ?? (await this.#made(deployment, connected))
    if (githubId === null)
      return this.#mirrored.save(deployment.id, { ...before, problem: 'GitHub does not have this commit' }, false)
    if (before.told !== told) {
      const where = { logUrl: this.#page(deployment), environmentUrl: await this.#address(deployment) }
      await mirrorStatus(connected.client, connected.repo, githubId, { state, description, ...where })
      await this.#mirrored.save(deployment.id, { ...before, githubId, told }, true)
    }
    await this.#comment(deployment, connected)
    const now: Mirrored = { githubId, told, commented: deployment.state, problem: null }
    await this.#mirrored.save(deployment.id, now, !isToldForGood(deployment))
  }

  /** Null when GitHub has no such commit: it was pushed here alone. */
  async #made(deployment: Deployment, { client, repo }: ConnectedGitHub): Promise<number | null> {
    const { config } = await this.#parts.current()
    const { id, release, environment, kind, requestedBy } = deployment
    const leadsOn = Object.values(config?.environments ?? {}).some(({ from }) => from === environment)
    const isTransient = isPreview(environment)
    const kindOf = { isRollback: kind === 'rollback', isProduction: !leadsOn && !isTransient, isTransient }
    const said = { ...kindOf, description: `asked for by ${requestedBy}` }
    try {
      const made = await mirrorDeployment(client, repo, { id, sha: commitOfRelease(release), environment, ...said })
      await this.#mirrored.save(deployment.id, { ...nothingYet, githubId: made }, true)
      return made
    } catch (cause) {
      if (statusOf(cause) === 422) return null
      throw cause
    }
  }

  async #comment(deployment: Deployment, connected: ConnectedGitHub): Promise<void> {
    // A preview says where it is by itself, also before and after its deployments.
    if (isPreview(deployment.environment)) return
    const { client, repo } = connected
    for (const pull of await pullsOf(client, repo, deployment.release))
      await this.#parts.comments.setRow(pull, deployment.environment, await this.#row(deployment), connected)
  }

  async #row(deployment: Deployment): Promise<CommentRow> {
    const { state, release, liveAt, finishedAt, createdAt } = deployment
    const address = state === 'live' ? await this.#address(deployment) : null
    return { release, state, page: this.#page(deployment), address, at: finishedAt ?? liveAt ?? createdAt }
  }

  #page = ({ release, environment }: Deployment) =>
    `${this.#parts.pages()}/${isPreview(environment) ? 'previews' : `releases/${release}`}`

  /** Of the first service that has one. */
  async #address({ environment }: Deployment): Promise<string | null> {
    const { config } = await this.#parts.current()
    const services = Object.keys(config?.services ?? {})
    return services.map(service => this.#parts.address(environment, service)).find(found => found !== null) ?? null
  }
}
