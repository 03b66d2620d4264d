import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DeploymentFacts, Release, StepAnswer, StepOutcome } from '@gantry/core'
import type { FlyFake } from '@gantry/vendor-fakes'
import type { PlannedStep } from '../../define-provider.ts'
import type { StepContext } from '../../step-context.ts'
import type { FlyFacts } from '../fly-work.ts'
import { provider } from '../provider.ts'
import { fly } from '../settings.ts'

interface Sleeper {
  at: number
  wake(): void
}

/** A clock that moves on when all that is left to do is waiting: requests that are under way are not. */
export class JumpingClock {
  #at = Date.parse('2026-11-27T20:00:00.000Z')
  #underWay = 0
  readonly #sleepers: Sleeper[] = []

  now = (): number => this.#at

  sleep = (ms: number): Promise<void> =>
    new Promise(wake => {
      this.#sleepers.push({ at: this.#at + Math.max(0, ms), wake })
      this.#goOn()
    })

  /** For the far end of a request, which is not under way while it sleeps there. */
  sleepThere = async (ms: number): Promise<void> => {
    this.#end()
    await this.sleep(ms)
    this.#underWay += 1
  }

  /** A `fetch` whose requests are under way until they are answered. */
  counting(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
    return async (...request) => {
      this.#underWay += 1
      try {
        const answer = await fetch(...request)
        return new Response(answer.status === 204 ? null : await answer.arrayBuffer(), answer)
      } finally {
        this.#end()
      }
    }
  }

  #end(): void {
    this.#underWay -= 1
    this.#goOn()
  }

  #goOn(): void {
    if (this.#underWay === 0 && this.#sleepers.length > 0) setImmediate(this.#wakeNext)
  }

  readonly #wakeNext = (): void => {
    if (this.#underWay > 0) return
    this.#sleepers.sort((a, b) => a.at - b.at)
    const next = this.#sleepers.shift()
    if (!next) return
    this.#at = Math.max(this.#at, next.at)
    next.wake()
    this.#goOn()
  }
}

export const plainToml = `
primary_region = "ams"
[http_service]
  internal_port = 3000
  [[http_service.checks]]
    path = "/healthz"
    interval = "10s"
    timeout = "2s"
`

const releaseOf = (letter: string): Release => ({
  ...{ id: letter.repeat(40), project: 'shop', sha: letter.repeat(40), title: letter, author: 'Dev <dev@example.com>' },
  ...{ createdAt: '2026-11-27T00:00:00.000Z', runId: null, artifacts: [], migrations: [], badBecause: null },
})

type EarlierDeployment = DeploymentFacts['earlier'][number]

export interface Deploying {
  letter: string
  kind?: 'deploy' | 'rollback'
  environment?: string
  earlier?: EarlierDeployment[]
  /** Words of the fly provider in place of the usual ones. */
  settings?: Partial<Parameters<typeof fly>[0]>
  env?: Record<string, string>
  /** What passes each request on; the fake's own fetch when left out. */
  fetch?: typeof globalThis.fetch
  signal?: AbortSignal
}

/** A job that carries out what a provider of Fly is asked, against a fake, with the answers stored as the server stores them. */
export class FlyJob {
  readonly folder: string
  readonly fake: FlyFake
  readonly clock: JumpingClock
  /** Answers by deployment, as a database keeps them. */
  readonly answers = new Map<string, StepAnswer>()
  readonly logged: string[] = []

  constructor(folder: string, fake: FlyFake, clock: JumpingClock) {
    this.folder = folder
    this.fake = fake
    this.clock = clock
  }

  static async in(fake: FlyFake, clock: JumpingClock, toml = plainToml): Promise<FlyJob> {
    const folder = await mkdtemp(join(tmpdir(), 'fly-job-'))
    await writeFile(join(folder, 'fly.toml'), toml)
    return new FlyJob(folder, fake, clock)
  }

  toml(text: string): Promise<void> {
    return writeFile(join(this.folder, 'fly.toml'), text)
  }

  /** The image of a release as if it were built: most tests are about what comes behind it. */
  hasImage(letter: string, app = 'shop-staging'): string {
    const digest = `sha256:${letter.repeat(64)}`
    this.fake.images.set(`${app}:gantry-${letter.repeat(12)}`, digest)
    this.fake.images.set(`${app}@${digest}`, digest)
    return `registry.fly.io/${app}@${digest}`
  }

  facts({ letter, kind = 'deploy', environment = 'staging', earlier = [], settings = {} }: Deploying): FlyFacts {
    const said = fly({ app: 'shop-{environment}', settle: '10s', ...settings })
    return {
      ...{ project: 'shop', environment, service: 'api', kind, earlier, release: releaseOf(letter) },
      ...{ former: null, isKept: false, retire: [], formerAnswers: {}, envSalt: 'salt' },
      config: { path: '.', needs: [], deploy: said } as unknown as FlyFacts['config'],
      settings: fly.settings.schema.parse(said),
    }
  }

  context(deploying: Deploying): StepContext {
    const { clock, fake } = this
    const signal = deploying.signal ?? new AbortController().signal
    return {
      env: { FLY_API_TOKEN: fake.token, PATH: '/nowhere', ...deploying.env },
      answers: id => this.answers.get(id) ?? null,
      addressOf: async () => null,
      artifacts: {} as StepContext['artifacts'],
      cwd: this.folder,
      signal,
      now: () => new Date(clock.now()),
      async sleep(ms) {
        signal.throwIfAborted()
        await clock.sleep(ms)
      },
      fetch: clock.counting(deploying.fetch ?? fake.fetch),
      log: line => void this.logged.push(line),
      progress: async (_text, answer) => {
        if (answer && this.step) this.answers.set(this.step.id, { ...this.answers.get(this.step.id), ...answer })
      },
    }
  }

  private step: PlannedStep | null = null

  async perform(step: PlannedStep, deploying: Deploying): Promise<StepOutcome> {
    this.step = step
    const outcome = await provider.perform(step, this.facts(deploying), this.context(deploying))
    if (outcome.answer) this.answers.set(step.id, { ...this.answers.get(step.id), ...outcome.answer })
    return outcome
  }

  plan(deploying: Deploying): PlannedStep[] {
    return provider.plan(this.facts(deploying))
  }

  /** As the orchestrator: step by step, and all of it taken back where one fails. */
  async deploy(deploying: Deploying): Promise<{ failed: string | null; outcome: StepOutcome | null }> {
    this.answers.clear()
    const begun: PlannedStep[] = []
    for (const step of this.plan(deploying)) {
      begun.push(step)
      const outcome = await this.perform(step, deploying)
      if (outcome.ok) continue
      if (step.phase !== 'retire') await this.undo(begun, deploying)
      return { failed: step.kind, outcome }
    }
    return { failed: null, outcome: null }
  }

  async undo(begun: PlannedStep[], deploying: Deploying): Promise<void> {
    for (const step of begun.toReversed().filter(each => each.undoable))
      await provider.undo(step, this.facts(deploying), this.context(deploying))
  }

  /** What the ledger keeps of the deployment that was carried out last. */
  history(environment = 'staging', env?: Record<string, string | null>): EarlierDeployment {
    return { environment, answers: Object.fromEntries(this.answers), ...(env && { env: { api: env } }) }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }
}
