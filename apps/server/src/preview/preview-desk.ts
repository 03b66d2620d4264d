import {
  type Deployment,
  decidePreview,
  GantryError,
  isUnfinished,
  type Preview,
  type Project,
  type PullRequest,
  previewEnvironment,
  previewRelease,
  type Release,
  type Store,
  shortSha,
  whyRemoved,
} from '@gantry/core'
import { type Config, durationMs, type PreviewsConfig } from '@gantry/core/config'
import { bindServices, type Delivery } from '@gantry/delivery'
import type { ProjectLive } from '../live/project-live.ts'
import { judgedMigrations } from '../release/judged-migrations.ts'
import { type DueWork, earliest, startDueWork } from '../watch/due-work.ts'
import type { PullRequests } from './pull-requests.ts'

export interface PreviewDeskParts {
  project(): Promise<Project>
  store: Pick<Store, 'previews' | 'deployments' | 'releases'>
  delivery: Pick<Delivery, 'deploy' | 'remove'>
  pulls: PullRequests
  /** The config of any commit. */
  configAt(sha: string): Promise<Config>
  live: ProjectLive
  now(): Date
  log: { error(facts: object, message: string): void }
}

/** What the job of a pull request built, once its artifacts are kept here. */
type Built = Pick<Release, 'sha' | 'artifacts'> & { migrations: Parameters<typeof judgedMigrations>[0] }

export interface PreviewRequest {
  number: number
  built: Built
  by: string
  runId: string | null
}

/** A deployment is stored right after its preview. */
const forgottenAfterMs = 60_000
const paceMs = 500
const removeAgainMs = 10 * 60_000

/** Where previews are asked for, and followed until nothing of them is left. By the server that works on the project. */
export class PreviewDesk {
  readonly #parts: PreviewDeskParts
  /** One act after the other: two at once would take the last place both. */
  #turn: Promise<unknown> = Promise.resolve()

  #work: DueWork | null = null

  constructor(parts: PreviewDeskParts) {
    this.#parts = parts
  }

  /** From now on what becomes of pull requests and of time is looked after. */
  start(): void {
    const { log, now } = this.#parts
    const onError = (cause: unknown) => log.error({ err: cause }, 'what becomes of previews could not be looked at')
    this.#work = startDueWork({ work: () => this.look(), onError, paceMs, now })
    this.#work.nudge()
  }

  /** Something became of a pull request, or may have. */
  lookAgain(): void {
    this.#work?.nudge()
  }

  async stop(): Promise<void> {
    await this.#work?.stop()
  }

  /**
   * Deploys what was built of a pull request to its preview. A reason against it is kept and shown.
   * @throws GantryError PREVIEWS_OFF, PREVIEW_REFUSED, PREVIEW_WAITS, DEPLOY_LOCKED
   */
  deploy(request: PreviewRequest): Promise<Deployment> {
    return this.#inTurn(() => this.#deploy(request))
  }

  /**
   * Removes a preview, whatever it is doing; one that is being deployed goes when that has ended. Null: nothing of it is there,
   * or its removal could not begin yet. @throws GantryError NOT_FOUND
   */
  remove(number: number, reason: string, by: string, runId: string | null): Promise<Deployment | null> {
    return this.#inTurn(async () => {
      const { store } = this.#parts
      const { name } = await this.#parts.project()
      const preview = await store.previews.get(name, number)
      if (!preview) throw new GantryError('NOT_FOUND', `#${number} has no preview`)
      if (preview.state === 'removed') return null
      return this.#remove(await this.#change(preview, { state: 'removing', because: reason }), by, runId)
    })
  }

  /**
   * Brings rows and what is there together: what ended is noted, what expired or whose pull request is closed goes, and what a
   * process that died left is gone on with. Answers when it has to look again.
   */
  look(): Promise<Date | null> {
    return this.#inTurn(async () => {
      const { store } = this.#parts
      const { name } = await this.#parts.project()
      const due: (Date | null)[] = []
      const faults: unknown[] = []
      for (const preview of await store.previews.list(name, { open: true }))
        await this.#lookAt(preview).then(
          at => due.push(at),
          cause => faults.push(cause),
        )
      // One that cannot be looked at keeps none of the others waiting.
      if (faults.length > 0) throw faults[0]
      return earliest(due)
    })
  }

  async #deploy({ number, built, by, runId }: PreviewRequest): Promise<Deployment> {
    const { store, pulls, configAt, delivery, now } = this.#parts
    const project = await this.#parts.project()
    const settings = project.config?.previews
    if (!settings) throw new GantryError('PREVIEWS_OFF', `${project.name} has no previews`)
    const pull = await pulls.find(number)
    const config = await configAt(built.sha)
    const all = await store.previews.list(project.name, { open: true, limit: 500 })
    const answer = decidePreview(number, {
      ...{ settings, pull, all, sha: built.sha, now: now().toISOString() },
      checks: await pulls.checks(built.sha, config.requiredWorkflow),
      cannot: await withoutPreview(config),
    })
    if (answer.kind === 'wait') throw new GantryError('PREVIEW_WAITS', answer.because)
    const preview = pull && !pull.isFork && pull.state === 'open' ? await this.#begun(pull, settings) : null
    if (answer.kind === 'refuse' || !preview) {
      const because = answer.kind === 'refuse' ? answer.because : 'there is no pull request'
      // What serves already goes on serving.
      if (preview && preview.deployment === null) await this.#change(preview, { state: 'refused', because })
      throw new GantryError('PREVIEW_REFUSED', `no preview of #${number}: ${because}`)
    }
    if (answer.instead) await this.#makeRoom(answer.instead, number)
    const release = await this.#released(built, preview, runId)
    const { environment } = preview
    const asked = { project: project.name, config, release, environment, requestedBy: by, runId }
    const { deployment, ended } = await delivery.deploy(asked).catch(cause => this.#notBegun(preview, cause))
    const deployedAt = now()
    const expiresAt = new Date(deployedAt.getTime() + durationMs(settings.expires)).toISOString()
    const under = { state: 'making', because: null, endedAt: null, sha: built.sha } as const
    const times = { deployedAt: deployedAt.toISOString(), expiresAt }
    await this.#change(preview, { ...under, ...times, deployment: deployment.id })
    this.follow(ended)
    return deployment
  }

  /** Sees a deployment or removal to its end; whatever is missed is found by the next look. */
  follow(ended: Promise<Deployment>): void {
    ended
      .then(() => this.lookAgain())
      .catch(cause => this.#parts.log.error({ err: cause }, 'what became of a preview was not noted'))
  }

  async #begun(pull: PullRequest, settings: PreviewsConfig): Promise<Preview> {
    const { store, now } = this.#parts
    const { name: project } = await this.#parts.project()
    const { number, title, branch, author, page, sha } = pull
    const known = await store.previews.get(project, number)
    if (known?.state === 'removing')
      throw new GantryError('DEPLOY_LOCKED', `the preview of #${number} is being removed`, {
        environment: known.environment,
      })
    if (known?.state === 'removed') return this.#change(known, { title, branch, author, page, sha, deployment: null })
    if (known) return this.#change(known, { title, branch, author, page })
    const at = now().toISOString()
    const expiresAt = new Date(now().getTime() + durationMs(settings.expires)).toISOString()
    const preview: Preview = {
      ...{ project, number, environment: previewEnvironment(number), title, branch, author, page, sha },
      ...{ state: 'making', deployment: null, because: null, endedAt: null, version: 1 },
      ...{ createdAt: at, deployedAt: at, expiresAt },
    }
    await store.previews.add(preview)
    return preview
  }

  async #notBegun(preview: Preview, cause: unknown): Promise<never> {
    if (preview.deployment === null && cause instanceof GantryError && cause.code !== 'DEPLOY_LOCKED')
      await this.#change(preview, { state: 'failed', because: cause.message })
    throw cause
  }

  async #makeRoom(idle: Preview, number: number): Promise<void> {
    const because = `it was idle, and #${number} needed its place`
    await this.#remove(await this.#change(idle, { state: 'removing', because }), 'gantry', null)
  }

  async #released(built: Built, { number, title, author }: Preview, runId: string | null): Promise<Release> {
    const { name: project } = await this.#parts.project()
    return this.#parts.store.releases.add({
      ...{ id: previewRelease(built.sha, number), project, sha: built.sha, title, author, runId },
      createdAt: this.#parts.now().toISOString(),
      artifacts: built.artifacts,
      migrations: await judgedMigrations(built.migrations),
      badBecause: null,
    })
  }

  async #lookAt(preview: Preview): Promise<Date | null> {
    const { pulls, now } = this.#parts
    const settled = await this.#settled(preview)
    if (settled.state === 'removed') return null
    if (settled.state === 'removing') {
      await this.#remove(settled, 'gantry', null)
      return new Date(now().getTime() + removeAgainMs)
    }
    const because = whyRemoved(settled, await pulls.find(settled.number), now().toISOString())
    if (because !== null) {
      await this.#remove(await this.#change(settled, { state: 'removing', because }), 'gantry', null)
      return new Date(now().getTime() + removeAgainMs)
    }
    return earliest([new Date(settled.expiresAt), new Date(now().getTime() + pulls.askEveryMs)])
  }

  /** As the newest deployment there says, also one that a process began that died before it could note it. */
  async #settled(preview: Preview): Promise<Preview> {
    const { now } = this.#parts
    const { state, deployedAt } = preview
    const newest = await this.#newest(preview)
    if (!newest) {
      const isForgotten = state === 'making' && now().getTime() - Date.parse(deployedAt) > forgottenAfterMs
      if (!isForgotten) return preview
      return this.#change(preview, { state: 'failed', because: 'nobody began it: run its workflow again' })
    }
    if (isUnfinished(newest.state) || state === 'removed' || state === 'refused') return preview
    const { id: deployment, failure } = newest
    if (newest.kind === 'removal') {
      if (newest.state !== 'removed' || state !== 'removing') return preview
      return this.#change(preview, { deployment, state: 'removed', endedAt: now().toISOString() })
    }
    if (state === 'removing' || (state !== 'making' && deployment === preview.deployment)) return preview
    const isLive = newest.liveAt !== null
    const because = isLive ? null : failure
    return this.#change(preview, { deployment, state: isLive ? 'ready' : 'failed', because })
  }

  async #newest({ project, environment }: Preview): Promise<Deployment | undefined> {
    return (await this.#parts.store.deployments.list(project, { environment, limit: 1 }))[0]
  }

  /** Begins its removal unless that is under way, or has to wait for its deployment to end. */
  async #remove(preview: Preview, by: string, runId: string | null): Promise<Deployment | null> {
    const { store, delivery, configAt, now } = this.#parts
    const { project, environment, because } = preview
    const newest = await this.#newest(preview)
    if (!newest || newest.state === 'removed') {
      await this.#change(preview, { state: 'removed', endedAt: now().toISOString() })
      return null
    }
    if (isUnfinished(newest.state) && newest.kind === 'removal') return newest
    if (newest.kind === 'removal' && newest.state === 'failed' && isRecent(newest, now())) return newest
    const release = await store.releases.get(project, newest.release)
    if (!release) throw new GantryError('NOT_FOUND', `release ${shortSha(newest.release)} of ${environment} is gone`)
    const config = await configAt(release.sha)
    const reason = because ?? 'it is not needed any more'
    const asked = { project, config, release, environment, requestedBy: by, runId, reason }
    try {
      const { deployment: removal, ended } = await delivery.remove(asked)
      await this.#change(preview, { deployment: removal.id })
      this.follow(ended)
      return removal
    } catch (cause) {
      // Its end calls for another look.
      if (cause instanceof GantryError && cause.code === 'DEPLOY_LOCKED') return null
      throw cause
    }
  }

  async #change(preview: Preview, patch: Partial<Preview>): Promise<Preview> {
    const { store, live } = this.#parts
    const changed = await store.previews.update({ ...preview, ...patch })
    live.tell({ topic: 'preview', key: String(preview.number) })
    return changed
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work, work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}

/** What could not be removed is tried again after a while, not at each look. */
const isRecent = ({ finishedAt }: Deployment, now: Date): boolean =>
  finishedAt !== null && now.getTime() - Date.parse(finishedAt) < removeAgainMs

async function withoutPreview(config: Config): Promise<{ service: string; why: string }[]> {
  const services = await bindServices(config)
  return services.flatMap(({ name, noPreview: why }) => (why === null ? [] : [{ service: name, why }]))
}
