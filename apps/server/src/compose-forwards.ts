import type { NewLine } from '@gantry/core'
import type { ForwardView } from '@gantry/core/api'
import { ForwardQueue } from './forward/forward-queue.ts'
import { forwardValues } from './forward/forward-values.ts'
import { startForwards } from './forward/forward-work.ts'
import { viewForwards } from './forward/view-forwards.ts'
import type { ProjectBase } from './project/project-base.ts'
import type { ProjectHome } from './project/project-home.ts'
import type { DueWork } from './watch/due-work.ts'

/** Hundreds of requests a second are told of together. */
const toldAfterMs = 100

/** What of a project is sent on to other services. */
export class ComposedForwards {
  readonly queue: ForwardQueue
  readonly #parts: ProjectBase & { project: ProjectHome }
  #work: DueWork | null = null
  #hearNoMore: () => void = () => undefined
  #telling: NodeJS.Timeout | null = null

  constructor(parts: ProjectBase & { project: ProjectHome }) {
    this.#parts = parts
    this.queue = new ForwardQueue({
      ...{ project: parts.stored.name, store: parts.store.forwards, config: () => this.#config() },
      onAdded: () => this.#tell(),
    })
  }

  /** Lines that no client sent: the output of services. */
  addOutput(lines: readonly NewLine[]): Promise<void> {
    return this.queue.addLines(lines, this.#parts.now().toISOString())
  }

  async view(): Promise<ForwardView[]> {
    const { stored, store, now } = this.#parts
    return viewForwards(stored.name, (await this.#config())?.forwards ?? {}, store.forwards, now())
  }

  start(): void {
    const { stored, store, secrets, environment, live, log, url, ownUrl, now } = this.#parts
    const { name: project } = stored
    const work = startForwards({
      ...{ project, store: store.forwards, config: () => this.#config(), now },
      values: (names, address) => forwardValues(project, { names, address }, { secrets, environment: environment.all }),
      isOwnAddress: ({ host }) => [url(), ownUrl()].some(own => URL.parse(own)?.host === host),
      onError: cause => log.error({ err: cause, project }, 'what waits could not be sent on'),
    })
    this.#work = work
    this.#hearNoMore = live.onChange(['forward'], () => work.nudge())
  }

  /** What was written down by a server that died is found. */
  lookAgain(): void {
    this.#work?.nudge()
  }

  async stop(): Promise<void> {
    this.#hearNoMore()
    if (this.#telling !== null) clearTimeout(this.#telling)
    this.#telling = null
    await this.#work?.stop()
    this.#work = null
  }

  async #config() {
    return (await this.#parts.project.current()).config
  }

  /** Whichever server wrote it down, it is sent by the one that works on the project. */
  #tell(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = null
      this.#parts.live.tell({ topic: 'forward', key: '' })
    }, toldAfterMs)
  }
}
