import type { LogLine } from '@gantry/core/api'

/**
 * The newest lines of one job, in order of `seq`. A ring: at its limit the oldest go. Lines never enter the query cache:
 * appending to a list there copies it each time.
 */
export class LogBuffer {
  readonly #limit: number
  #lines: LogLine[] = []
  #start = 0
  dropped = 0

  constructor(limit = 200_000) {
    this.#limit = limit
  }

  get size(): number {
    return this.#lines.length
  }

  get lastSeq(): number {
    return this.at(this.size - 1)?.seq ?? 0
  }

  at(index: number): LogLine | undefined {
    if (index < 0 || index >= this.#lines.length) return undefined
    return this.#lines[(this.#start + index) % this.#lines.length]
  }

  /** Appends what is newer than the last line; answers whether lines between are missing. */
  push(lines: readonly LogLine[]): { hasGap: boolean } {
    const first = lines.find(({ seq }) => seq > this.lastSeq)
    if (!first) return { hasGap: false }
    if (this.size > 0 && first.seq > this.lastSeq + 1) return { hasGap: true }
    for (const line of lines) if (line.seq > this.lastSeq) this.#add(line)
    return { hasGap: false }
  }

  /** Index of the line with this number, or -1; numbers grow, so by halves. */
  indexOf(seq: number): number {
    let low = 0
    let high = this.size - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const found = this.at(middle)?.seq ?? 0
      if (found === seq) return middle
      if (found < seq) low = middle + 1
      else high = middle - 1
    }
    return -1
  }

  /** Indices of the lines that hold the text, whatever its case. */
  find(text: string): number[] {
    const wanted = text.toLowerCase()
    if (!wanted) return []
    const found: number[] = []
    for (let index = 0; index < this.size; index++) {
      if (this.at(index)?.text.toLowerCase().includes(wanted)) found.push(index)
    }
    return found
  }

  #add(line: LogLine): void {
    if (this.#lines.length < this.#limit) {
      this.#lines.push(line)
      return
    }
    this.#lines[this.#start] = line
    this.#start = (this.#start + 1) % this.#limit
    this.dropped++
  }
}
