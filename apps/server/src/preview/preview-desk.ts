import {
  commitOfRelease,
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
import { mayWait, releaseToRemove, removeAgainMs, whatBecame } from './what-became.ts'

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

const paceMs = 500

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
    const { configAt, delivery } = this.#parts
    const project = await this.#parts.project()
    const settings = project.config?.previews
    if (!settings) throw new GantryError('PREVIEWS_OFF', `${project.name} has no previews`)
    const config = await configAt(built.sha)
    const preview = await this.#allowed(number, built.sha, config, settings)
    const release = await this.#released(built, preview, runId)
    // Written before anything is made: what a process began that died is looked for.
    const under = await this.#change(preview, {
      ...{ state: 'making', because: null, endedAt: null, sha: built.sha },
      ...(await this.#leftOf(preview, config)),
      ...this.#timesOf(settings),
    })
    const asked = { project: project.name, config, release, environment: preview.environment, requestedBy: by, runId }
    const { deployment, ended } = await delivery.deploy(asked).catch(cause => this.#notBegun(preview, under, cause))
    await this.#change(under, { deployment: deployment.id })
    this.follow(ended)
    return deployment
  }

  /** Its row, once nothing speaks against it and it has a place. @throws GantryError PREVIEW_REFUSED, PREVIEW_WAITS, DEPLOY_LOCKED */
  async #allowed(number: number, sha: string, config: Config, settings: PreviewsConfig): Promise<Preview> {
    const { store, pulls, now } = this.#parts
    const { name } = await this.#parts.project()
    const pull = await pulls.find(number)
    const all = await store.previews.list(name, { open: true })
    const answer = decidePreview(number, {
      ...{ settings, pull, all, sha, now: now().toISOString() },
      checks: await pulls.checks(sha, config.requiredWorkflow),
      cannot: await withoutPreview(config),
    })
    if (answer.kind === 'wait') throw new GantryError('PREVIEW_WAITS', answer.because)
    const preview = pull && !pull.isFork && pull.state === 'open' ? await this.#begun(pull, settings) : null
    if (answer.kind === 'refuse' || !preview) {
      const because = answer.kind === 'refuse' ? answer.because : 'there is no pull request'
      if (preview && pull?.sha === sha) await this.#noteRefusal(preview, sha, because, settings)
      throw new GantryError('PREVIEW_REFUSED', `no preview of #${number}: ${because}`)
    }
    if (answer.instead) await this.#makeRoom(answer.instead, number)
    return preview
  }

  /** What serves already goes on serving, and says that it is not the newest commit. */
  async #noteRefusal(preview: Preview, sha: string, because: string, settings: PreviewsConfig): Promise<void> {
    const patch =
      preview.deployment === null
        ? ({ state: 'refused', because, endedAt: null, ...this.#timesOf(settings) } as const)
        : { because: `${shortSha(sha)} is not shown: ${because}` }
    await this.#change(preview, patch)
  }

  #timesOf({ expires }: PreviewsConfig): Pick<Preview, 'deployedAt' | 'expiresAt'> {
    const at = this.#parts.now()
    return { deployedAt: at.toISOString(), expiresAt: new Date(at.getTime() + durationMs(expires)).toISOString() }
  }

  /** A service that left the config, or has another place by it, is found by the config it was deployed with. */
  async #leftOf({ left, ...preview }: Preview, config: Config): Promise<Pick<Preview, 'left'>> {
    const [newest] = await this.#deployments(preview)
    if (!newest || newest.state === 'removed' || left.includes(newest.release)) return { left }
    const before = await this.#parts.configAt(commitOfRelease(newest.release))
    return { left: hasAll(config, before) ? left : [...left, newest.release] }
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
    if (known?.state === 'removed')
      return this.#change(known, { title, branch, author, page, deployment: null, left: [] })
    if (known) return this.#change(known, { title, branch, author, page })
    const preview: Preview = {
      ...{ project, number, environment: previewEnvironment(number), title, branch, author, page, sha },
      ...{ state: 'making', deployment: null, left: [], because: null, endedAt: null, version: 1 },
      ...{ createdAt: now().toISOString(), ...this.#timesOf(settings) },
    }
    await store.previews.add(preview)
    return preview
  }

  /** The row says again what is there. */
  async #notBegun(before: Preview, under: Preview, cause: unknown): Promise<never> {
    const isLocked = cause instanceof GantryError && cause.code === 'DEPLOY_LOCKED'
    const isNothingThere = before.deployment === null && !isLocked
    const because = cause instanceof Error ? cause.message : String(cause)
    const { version, deployedAt, expiresAt } = under
    const failed = { state: 'failed', because, endedAt: null, deployedAt, expiresAt } as const
    await this.#change({ ...before, version }, isNothingThere ? failed : {})
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
    if (preview.state === 'removing') return this.#goesOn(preview)
    const settled = await this.#settled(preview)
    const because = whyRemoved(settled, await pulls.find(settled.number), now().toISOString())
    if (because !== null) return this.#goesOn(await this.#change(settled, { state: 'removing', because }))
    return earliest([new Date(settled.expiresAt), new Date(now().getTime() + pulls.askEveryMs)])
  }

  async #goesOn(removing: Preview): Promise<Date | null> {
    await this.#remove(removing, 'gantry', null)
    return new Date(this.#parts.now().getTime() + removeAgainMs)
  }

  async #settled(preview: Preview): Promise<Preview> {
    const [newest] = await this.#deployments(preview)
    const patch = whatBecame(preview, newest, this.#parts.now())
    return Object.keys(patch).length === 0 ? preview : this.#change(preview, patch)
  }

  /** The newest first, as many as may have anything to say. */
  #deployments({ project, environment }: Pick<Preview, 'project' | 'environment'>): Promise<Deployment[]> {
    return this.#parts.store.deployments.list(project, { environment, limit: 50 })
  }

  /** Begins what is left of its removal unless that is under way, or has to wait for its deployment to end. */
  async #remove(asked: Preview, by: string, runId: string | null): Promise<Deployment | null> {
    const { store, delivery, configAt, now } = this.#parts
    const preview = await this.#settled(asked)
    const { project, environment, because } = preview
    const all = await this.#deployments(preview)
    const [newest] = all
    if (newest?.kind === 'removal' && (isUnfinished(newest.state) || mayWait(all, now()))) return newest
    const id = releaseToRemove(preview, all)
    if (id === null) {
      await this.#change(preview, { state: 'removed', endedAt: now().toISOString() })
      return null
    }
    const release = await store.releases.get(project, id)
    if (!release) throw new GantryError('NOT_FOUND', `release ${shortSha(id)} of ${environment} is gone`)
    const config = await configAt(release.sha)
    const reason = because ?? 'it is not needed any more'
    const order = { project, config, release, environment, requestedBy: by, runId, reason }
    try {
      const { deployment: removal, ended } = await delivery.remove(order)
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

/** Whether each service of an earlier config is where a later one has it. */
const hasAll = (later: Config, earlier: Config): boolean =>
  Object.entries(earlier.services).every(
    ([name, { deploy }]) => JSON.stringify(later.services[name]?.deploy) === JSON.stringify(deploy),
  )

async function withoutPreview(config: Config): Promise<{ service: string; why: string }[]> {
  const services = await bindServices(config)
  return services.flatMap(({ name, noPreview: why }) => (why === null ? [] : [{ service: name, why }]))
}
