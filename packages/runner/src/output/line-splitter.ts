import { StringDecoder } from 'node:string_decoder'

/** A line longer than this is cut into several, so that endless output without a newline cannot fill memory. */
const MAX_LINE_CHARS = 1_048_576

/** Turns bytes as they come into whole lines; broken UTF-8 becomes replacement characters. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8')
  readonly #onLine: (line: string) => void
  /** What must stay together at a forced cut: no secret is longer. */
  readonly #overlap: () => number
  #pieces: string[] = []
  #length = 0

  constructor(onLine: (line: string) => void, overlap: () => number = () => 0) {
    this.#onLine = onLine
    this.#overlap = overlap
  }

  write(chunk: Buffer): void {
    const parts = this.#decoder.write(chunk).split('\n')
    const last = parts.pop() ?? ''
    for (const part of parts) {
      this.#onLine(withoutReturn(this.#take() + part))
    }
    this.#pieces.push(last)
    this.#length += last.length
    if (this.#length > MAX_LINE_CHARS) this.#cut()
  }

  end(): void {
    const rest = this.#take() + this.#decoder.end()
    if (rest !== '') this.#onLine(withoutReturn(rest))
  }

  #cut(): void {
    const line = this.#take()
    const at = Math.max(1, line.length - this.#overlap())
    this.#onLine(line.slice(0, at))
    this.#pieces = [line.slice(at)]
    this.#length = line.length - at
  }

  #take(): string {
    const line = this.#pieces.length === 1 ? (this.#pieces[0] ?? '') : this.#pieces.join('')
    this.#pieces = []
    this.#length = 0
    return line
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
