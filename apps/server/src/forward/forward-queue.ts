import type { ForwardStore, IntakeItem, NewForward, NewLine } from '@gantry/core'
import type { Config, ForwardConfig } from '@gantry/core/config'
import { forwardFor, packLines, type RelayOf } from '@gantry/ingest'

/** Which forwards of a project take what. */
export interface ForwardPlan {
  envelopes: { name: string; asReceived: boolean }[]
  lines: string[]
}

export interface ForwardQueueParts {
  project: string
  store: Pick<ForwardStore, 'add'>
  config(): Promise<Config | null>
  /** Something waits to be sent. */
  onAdded(): void
}

/** What came in, and when. */
export interface Taken {
  items: readonly IntakeItem[]
  relay: RelayOf | undefined
  at: string
}

const mostInRow = { lines: 1_000, bytes: 1024 * 1024 }
/** Of a line, beside its message and its fields. */
const lineBytes = 300

/** Writes down what is sent on, before its client is answered. Costs a look at the config where nothing is. */
export class ForwardQueue {
  readonly #parts: ForwardQueueParts
  readonly #plans = new WeakMap<Config, Promise<ForwardPlan | null>>()

  constructor(parts: ForwardQueueParts) {
    this.#parts = parts
  }

  /** Null: nothing is sent on. */
  async plan(): Promise<ForwardPlan | null> {
    const config = await this.#parts.config()
    if (config === null) return null
    const plan = this.#plans.get(config) ?? planFor(config.forwards ?? {})
    this.#plans.set(config, plan)
    // What could not be made is made anew by whoever needs it next.
    plan.catch(() => this.#plans.delete(config))
    return plan
  }

  async add(plan: ForwardPlan, { items, relay, at }: Taken): Promise<void> {
    const { project } = this.#parts
    const rows = plan.envelopes.flatMap(({ name, asReceived }): NewForward[] => {
      const made = relay?.(items, asReceived) ?? null
      return made === null ? [] : [{ ...made, project, forward: name, queuedAt: at }]
    })
    const lines = items.flatMap(item => (item.sink === 'lines' ? [item.fact] : []))
    await this.#write([...rows, ...lineRows(project, plan, lines, at)])
  }

  async addLines(lines: readonly NewLine[], at: string): Promise<void> {
    const plan = await this.plan()
    if (plan) await this.#write(lineRows(this.#parts.project, plan, lines, at))
  }

  async #write(rows: NewForward[]): Promise<void> {
    if (rows.length === 0) return
    await this.#parts.store.add(rows)
    this.#parts.onAdded()
  }
}

async function planFor(forwards: Readonly<Record<string, ForwardConfig>>): Promise<ForwardPlan | null> {
  const plan: ForwardPlan = { envelopes: [], lines: [] }
  for (const [name, said] of Object.entries(forwards)) {
    const { acts } = await forwardFor(said)
    if (acts.takes === 'lines') plan.lines.push(name)
    else plan.envelopes.push({ name, asReceived: said.asReceived ?? false })
  }
  return plan.envelopes.length + plan.lines.length === 0 ? null : plan
}

function lineRows(project: string, plan: ForwardPlan, lines: readonly NewLine[], queuedAt: string): NewForward[] {
  if (lines.length === 0 || plan.lines.length === 0) return []
  const packed = inParts(lines).map(part => ({ body: packLines(part), quantity: part.length }))
  return plan.lines.flatMap(forward =>
    packed.map(part => ({ ...part, project, forward, queuedAt, categories: ['log_item'] })),
  )
}

/** As many together as a row may hold. */
function inParts(lines: readonly NewLine[]): NewLine[][] {
  const parts: NewLine[][] = []
  let bytes = 0
  for (const line of lines) {
    const size = lineBytes + Buffer.byteLength(line.message) + Buffer.byteLength(JSON.stringify(line.fields))
    const last = parts.at(-1)
    bytes += size
    if (last && last.length < mostInRow.lines && bytes <= mostInRow.bytes) last.push(line)
    else {
      parts.push([line])
      bytes = size
    }
  }
  return parts
}
