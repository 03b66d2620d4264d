import { mkdirSync, statfsSync } from 'node:fs'
import type { KeptDay, NewLine } from '@gantry/core'
import { openToWrite } from '../file/day-file.ts'
import { bytesOf, daysIn, fileOf, removeDay } from '../file/day-folder.ts'
import { linesOf } from '../file/lines-of-day.ts'
import { dayOf } from '../file/position.ts'
import { DayWriter } from '../file/write-lines.ts'
import type { Acts } from './asks.ts'

/** Lines of an old day come now and then, those of today all the time. */
const mostOpen = 16
/** A write of SQLite needs some room beside what it writes; the embedded database needs more, and stops first. */
const leastFreeBytes = 40 * 1024 * 1024
/** The former ids of lines that were written and may not be removed yet where they came from. */
const moved = 'moved-ids'
const full = 13

interface Waiting {
  folder: string
  lines: readonly NewLine[]
  done(arrived: number): void
  failed(cause: unknown): void
}

/** Writes the files of days. */
export class DayFileWriting {
  readonly #dir: string
  readonly #open = new Map<string, DayWriter>()
  #waiting: Waiting[] = []
  #lastArrived = 0

  constructor(dir: string) {
    this.#dir = dir
  }

  append({ folder, lines }: Acts['append']['ask'], { done, failed }: Pick<Waiting, 'done' | 'failed'>): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush())
    this.#waiting.push({ folder, lines, done, failed })
  }

  moveIn({ folder, day, lines }: Acts['moveIn']['ask']): null {
    this.#requireSpace()
    const writer = this.#writer(folder, day)
    const before = new Set<string>(JSON.parse(writer.mark(moved) ?? '[]'))
    const news = lines.filter(({ formerId }) => !before.has(formerId))
    if (news.length === 0) return null
    const ids = lines.map(({ formerId }) => formerId)
    // Where they live only older ones than these can be left of those that were written before: newer ones would be among these.
    const oldest = ids.toSorted()[0] ?? ''
    const value = JSON.stringify([...ids, ...[...before].filter(id => id < oldest)])
    writer.write(
      news.map(({ line }) => line),
      this.#arrive(),
      { name: moved, value },
    )
    return null
  }

  forget({ folder, days }: Acts['forget']['ask']): KeptDay[] {
    const kept = new Set(daysIn(folder))
    const gone: KeptDay[] = []
    for (const { day, lines: most } of days) {
      if (!kept.has(day)) continue
      const path = fileOf(folder, day)
      // As `kept` says it: when the last connection closes, the file takes in its log and is smaller.
      const bytes = bytesOf(folder, day)
      const lines = linesOf(path)
      if (lines > most) continue
      this.#open.get(path)?.close()
      this.#open.delete(path)
      gone.push({ day, lines, bytes })
      removeDay(folder, day)
    }
    return gone
  }

  close(): void {
    this.#flush()
    for (const writer of this.#open.values()) writer.close()
    this.#open.clear()
  }

  /** One write for each day, of whatever waits. */
  #flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    if (waiting.length === 0) return
    const failures = new Map<Waiting, unknown>()
    const arrived = this.#arrive()
    for (const { folder, day, parts } of byDay(waiting)) {
      try {
        this.#requireSpace()
        const lines = parts.flatMap(part => part.lines)
        this.#writer(folder, day).write(lines, arrived)
      } catch (cause) {
        for (const { of } of parts) failures.set(of, cause)
      }
    }
    for (const each of waiting)
      if (failures.has(each)) each.failed(failures.get(each))
      else each.done(arrived)
  }

  /** Rises with each write, whatever the clock does. */
  #arrive(): number {
    this.#lastArrived = Math.max(Date.now(), this.#lastArrived + 1)
    return this.#lastArrived
  }

  #writer(folder: string, day: string): DayWriter {
    const path = fileOf(folder, day)
    const known = this.#open.get(path)
    if (known) return known
    for (const [oldest, writer] of this.#open) {
      if (this.#open.size < mostOpen) break
      writer.close()
      this.#open.delete(oldest)
    }
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const writer = new DayWriter(openToWrite(path), day)
    this.#open.set(path, writer)
    return writer
  }

  #requireSpace(): void {
    const { bavail, bsize } = statfsSync(this.#dir)
    const free = bavail * bsize
    if (free >= leastFreeBytes) return
    const message = `expected ${leastFreeBytes >> 20} MB free for log lines in ${this.#dir}, found ${Math.floor(free / 1024 / 1024)} MB`
    throw Object.assign(new Error(message), { errcode: full })
  }
}

interface DayParts {
  folder: string
  day: string
  parts: { of: Waiting; lines: NewLine[] }[]
}

function byDay(waiting: readonly Waiting[]): DayParts[] {
  const days = new Map<string, DayParts>()
  for (const of of waiting)
    for (const [day, lines] of Map.groupBy(of.lines, ({ at }) => dayOf(Date.parse(at)))) {
      const path = fileOf(of.folder, day)
      const known = days.get(path) ?? { folder: of.folder, day, parts: [] }
      known.parts.push({ of, lines })
      days.set(path, known)
    }
  return [...days.values()]
}
