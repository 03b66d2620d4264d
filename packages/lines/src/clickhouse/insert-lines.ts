import { randomUUID } from 'node:crypto'
import { LogLevel, type NewLine } from '@gantry/core'
import { indexText } from '../index/index-text.ts'
import type { Engine } from './engine.ts'
import { table } from './table.ts'

/** Each insert becomes a file of its own, which has to be merged with others: few and large ones are cheap. */
const mostAtOnce = 50_000
const keys = { has: () => true, isAnywhere: true }

export const rowOf = (id: string, line: NewLine) => ({
  id,
  project: line.project,
  at: line.at,
  environment: line.environment.toWellFormed(),
  release: line.release?.toWellFormed() ?? null,
  service: line.service.toWellFormed(),
  level: LogLevel.options.indexOf(line.level),
  message: line.message.toWellFormed(),
  trace: line.trace?.toWellFormed() ?? null,
  fields: JSON.stringify(line.fields),
  words: indexText(line, keys).toWellFormed(),
})

type Row = ReturnType<typeof rowOf>

interface Waiting {
  rows: readonly Row[]
  settle(cause?: unknown): void
}

/** What comes while an insert is under way goes with the next one, all together. */
export class LineInserts {
  readonly #engine: Engine
  #waiting: Waiting[] = []
  #isAtWork = false

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Answers when they are stored. */
  add(rows: readonly Row[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ rows, settle: cause => (cause === undefined ? resolve() : reject(cause)) })
      if (!this.#isAtWork) void this.#work()
    })
  }

  async #work(): Promise<void> {
    this.#isAtWork = true
    while (this.#waiting.length > 0) {
      const taken = this.#take()
      try {
        const rows = taken.flatMap(waiting => waiting.rows)
        await this.#engine.insert(table, rows, randomUUID())
        for (const { settle } of taken) settle()
      } catch (cause) {
        for (const { settle } of taken) settle(cause)
      }
    }
    this.#isAtWork = false
  }

  #take(): Waiting[] {
    let [count, rows] = [0, 0]
    for (const waiting of this.#waiting) {
      if (count > 0 && rows + waiting.rows.length > mostAtOnce) break
      count++
      rows += waiting.rows.length
    }
    return this.#waiting.splice(0, count)
  }
}
