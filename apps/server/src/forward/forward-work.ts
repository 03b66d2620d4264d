import type { ForwardStore } from '@gantry/core'
import type { Config, ForwardConfig } from '@gantry/core/config'
import { type DueWork, earliest, startDueWork } from '../watch/due-work.ts'
import { createPost } from './post.ts'
import { type ForwardLane, freshLane, type SendParts, sendForward } from './send-forward.ts'

export interface ForwardWorkParts extends Omit<SendParts, 'post' | 'signal'> {
  store: ForwardStore
  config(): Promise<Config | null>
  onError(cause: unknown): void
  post?: SendParts['post']
}

const paceMs = 250
const afterErrorMs = 5_000

/**
 * Sends on what waits, of all forwards of a project, by the server that works on the project. It looks when it is told that something
 * waits, and when a pause is over. Each goes its own way: one that hangs holds up no other.
 */
export function startForwards(parts: ForwardWorkParts): DueWork {
  const own = createPost()
  const work = new ForwardWork({ post: own.post, ...parts })
  const due = startDueWork({ work: () => work.look(), onError: cause => parts.onError(cause), paceMs, now: parts.now })
  work.onDone = due.nudge
  const nudge = () => {
    work.hasNew = true
    due.nudge()
  }
  nudge()
  return {
    nudge,
    async stop() {
      await due.stop()
      await work.stop()
      own.close()
    },
  }
}

class ForwardWork {
  hasNew = false
  onDone: () => void = () => undefined
  readonly #parts: Omit<SendParts, 'signal'> & ForwardWorkParts
  readonly #stopping = new AbortController()
  readonly #running = new Map<string, Promise<void>>()
  /** Something came for them while they were about to end. */
  readonly #missed = new Set<string>()
  #lanes: Map<string, ForwardLane> | null = null
  /** The names of which nothing is left over of others; null: nobody looked yet. */
  #tidied: string | null = null

  constructor(parts: Omit<SendParts, 'signal'> & ForwardWorkParts) {
    this.#parts = parts
  }

  async look(): Promise<Date | null> {
    const { project, store, config, now } = this.#parts
    this.#lanes ??= new Map((await store.states(project)).map(({ forward, state }) => [forward, freshLane(state)]))
    const forwards = (await config())?.forwards ?? {}
    await this.#tidy(Object.keys(forwards))
    const hasNew = this.hasNew
    this.hasNew = false
    for (const [name, said] of Object.entries(forwards)) {
      const lane = this.#lanes.get(name) ?? freshLane()
      this.#lanes.set(name, lane)
      const isDue = hasNew || (lane.again !== null && lane.again <= now())
      if (!isDue || this.#stopping.signal.aborted) continue
      if (this.#running.has(name)) this.#missed.add(name)
      else this.#running.set(name, this.#send(name, said, lane))
    }
    return earliest([...this.#lanes].filter(([name]) => !this.#running.has(name)).map(([, { again }]) => again))
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#running.values())
  }

  async #send(name: string, said: ForwardConfig, lane: ForwardLane): Promise<void> {
    try {
      lane.again = null
      await sendForward(name, said, lane, { ...this.#parts, signal: this.#stopping.signal })
    } catch (cause) {
      this.#parts.onError(cause)
      lane.again = new Date(this.#parts.now().getTime() + afterErrorMs)
    } finally {
      this.#running.delete(name)
      if (this.#missed.delete(name) && lane.state.pausedUntil === null) lane.again = this.#parts.now()
      this.onDone()
    }
  }

  /** What waits for a forward that the config names no more is dropped, and counted. */
  async #tidy(names: readonly string[]): Promise<void> {
    if (this.#tidied === names.join()) return
    const { project, store, now } = this.#parts
    const waiting = (await store.waiting(project)).map(({ forward }) => forward)
    for (const name of new Set([...waiting, ...(this.#lanes?.keys() ?? [])])) {
      if (names.includes(name)) continue
      await store.remove(project, name, now().toISOString())
      this.#lanes?.delete(name)
    }
    this.#tidied = names.join()
  }
}
