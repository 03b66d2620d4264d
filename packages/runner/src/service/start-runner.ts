import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { GivenJob, RunnerNews } from '@gantry/core'
import { GantryError } from '@gantry/core/errors'
import { untilAnswered } from './again.ts'
import { clearWork } from './clear-work.ts'
import { executeJob } from './execute-job.ts'
import { HeldJobs, type RunningJob } from './held-jobs.ts'
import { openPlaces, type Places } from './places.ts'
import type { RunnerHearer } from './runner-hearer.ts'
import type { RunnerSettings } from './runner-settings.ts'
import { ServerClient } from './server-client.ts'

export interface RunningRunner {
  /** How it ended: asked to, after its one job, or because no server answered for too long. Rejects when it is refused. */
  ended: Promise<'stopped' | 'once' | 'alone'>
  /** Gives its jobs back, and ends. */
  stop(): Promise<void>
}

/** What a job gets to end by itself when its runner stops. */
const stopGraceMs = 10_000

/**
 * Takes jobs of a server and executes them, until it is stopped.
 * @throws GantryError RUNNER_UNKNOWN, SANDBOX_MISSING
 */
export async function startRunner(settings: RunnerSettings, hearer: RunnerHearer): Promise<RunningRunner> {
  await mkdir(dirname(settings.folders.work), { recursive: true })
  const { removed } = await clearWork(settings.folders.work)
  removed.catch(cause => hearer.say(`what jobs of before left could not be removed: ${cause}`))
  const client = new ServerClient(settings.server, settings.token)
  const runner = new Runner(settings, client, await openPlaces(settings, client, hearer), hearer)
  return { ended: runner.run(), stop: () => runner.stop('stopped') }
}

class Runner {
  readonly #settings: RunnerSettings
  readonly #client: ServerClient
  readonly #places: Places
  readonly #hearer: RunnerHearer
  readonly #held: HeldJobs
  readonly #over = new AbortController()
  /** Of a question that asks for no job: it is put anew when there is room again. */
  #waiting = new AbortController()
  #answeredAt = performance.now()
  #isSilent = false
  #end: 'stopped' | 'once' | 'alone' = 'stopped'
  #taken = 0

  constructor(settings: RunnerSettings, client: ServerClient, places: Places, hearer: RunnerHearer) {
    this.#settings = settings
    this.#client = client
    this.#places = places
    this.#hearer = hearer
    this.#held = new HeldJobs(() => this.#jobEnded())
  }

  async run(): Promise<'stopped' | 'once' | 'alone'> {
    let renewing: NodeJS.Timeout | undefined
    try {
      const { version, labels } = this.#settings
      const hello = { version, labels, about: this.#places.about }
      const { name, labels: known, renewEveryMs } = await this.#asked(() => this.#client.hello(hello))
      this.#hearer.say(
        `${name} takes jobs for ${known.join(', ') || 'no label'}, ${this.#settings.jobsAtOnce} at a time`,
      )
      renewing = setInterval(() => void this.#renew(), renewEveryMs)
      while (!this.#over.signal.aborted) await this.#waitForNews()
    } catch (cause) {
      if (!this.#over.signal.aborted) {
        this.#held.dropAll()
        await this.#held.ended()
        throw cause
      }
    } finally {
      clearInterval(renewing)
    }
    await this.#held.ended()
    return this.#end
  }

  async stop(end: 'stopped' | 'once' | 'alone'): Promise<void> {
    if (this.#over.signal.aborted) return this.#held.ended()
    this.#end = end
    this.#over.abort(new Error('the runner stops'))
    this.#waiting.abort()
    await this.#held.stop(stopGraceMs)
    if (end !== 'alone') await this.#client.goodbye().catch(() => undefined)
  }

  async #waitForNews(): Promise<void> {
    const hasRoom = this.#held.size < this.#settings.jobsAtOnce && !(this.#settings.isOnce && this.#taken > 0)
    this.#waiting = new AbortController()
    const signal = AbortSignal.any([this.#waiting.signal, this.#over.signal])
    const ask = () => this.#client.wait({ held: this.#held.list(), hasRoom }, signal)
    try {
      this.#hear(await this.#asked(ask, signal))
    } catch (cause) {
      if (!this.#waiting.signal.aborted || this.#over.signal.aborted) throw cause
    }
  }

  #hear({ job, cancelled, lost }: RunnerNews): void {
    for (const id of cancelled) this.#held.cancel(id)
    for (const id of lost) this.#held.drop(id)
    // Handed out again because an answer went astray, which arrived after all.
    if (job === null || this.#held.has(job.id)) return
    this.#taken += 1
    this.#held.start(job, running => this.#execute(job, running))
  }

  async #execute(given: GivenJob, { cancel, kill }: Omit<RunningJob, 'done'>): Promise<void> {
    const { say, now } = this.#hearer
    say(`takes ${given.jobId} of ${given.project}`)
    try {
      const signal = kill.signal
      const isOver = AbortSignal.any([signal, cancel.signal])
      const url = await untilAnswered(() => this.#client.url(), { signal })
      const { version } = given
      const send = async (news: object) => {
        await this.#asked(() => this.#client.report(given.id, { version, ...news }), signal)
      }
      const place = { ...(await this.#places.of(given, isOver)), url, send, now }
      await executeJob(given, place, { cancel, kill, isReturned: job => this.#held.isReturned(job) })
      say(`done with ${given.jobId}`)
    } catch (cause) {
      say(`${given.jobId} was given up: ${cause instanceof Error ? cause.message : cause}`)
      cancel.abort()
    }
  }

  #jobEnded(): void {
    if (this.#settings.isOnce && this.#held.size === 0) void this.stop('once')
    // One that asks for a job must not be cut off: its answer may bring one.
    else if (this.#held.size === this.#settings.jobsAtOnce - 1) this.#waiting.abort()
  }

  async #renew(): Promise<void> {
    try {
      this.#hear(await this.#asked(() => this.#client.renew(this.#held.list()), AbortSignal.timeout(4_000)))
    } catch (cause) {
      if (cause instanceof GantryError) this.#hearer.say(cause.message)
      const { aloneMs } = this.#settings
      if (aloneMs !== undefined && performance.now() - this.#answeredAt > aloneMs) void this.stop('alone')
    }
  }

  async #asked<T>(ask: () => Promise<T>, signal: AbortSignal = this.#over.signal): Promise<T> {
    const answer = await untilAnswered(ask, {
      signal,
      onSilence: cause => {
        if (!this.#isSilent) this.#hearer.say(`no server answers (${cause.message}); what runs goes on`)
        this.#isSilent = true
      },
    })
    if (this.#isSilent) this.#hearer.say('the server answers again')
    this.#isSilent = false
    this.#answeredAt = performance.now()
    return answer
  }
}
