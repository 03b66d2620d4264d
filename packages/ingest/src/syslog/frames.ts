export interface SyslogFrame {
  text: string
  /** It was longer than is taken, or ended before it was whole. */
  isCut: boolean
}

const feed = 10
const zero = 0x30
const nine = 0x39
const blank = 0x20
const opening = 0x3c
/** Longer numbers are no lengths that anybody sends. */
const mostDigits = 9

/**
 * Takes the messages out of a stream, whose chunks end anywhere. Each says for itself how it is framed, as receivers are to tell
 * (https://www.rfc-editor.org/rfc/rfc6587#section-3.4): by its length, `83 <11>1 …`, else by what stands behind it, which is a line feed,
 * or the NUL of Python's handler. Text that begins with a number is no length unless a message begins behind it. Holds one message at a
 * time: what is behind its first `mostBytes` is let go.
 */
export class SyslogFrames {
  readonly #mostBytes: number
  #held = Buffer.alloc(0)
  #length = 0
  #isCut = false
  /** Of a message whose length was said: how much of it is still to come. */
  #left: number | null = null
  /** What may be a length. */
  #digits = ''
  #state: 'between' | 'number' | 'sized' | 'line' = 'between'

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  push(chunk: Buffer): SyslogFrame[] {
    const frames: SyslogFrame[] = []
    for (let at = 0; at < chunk.length; ) {
      if (this.#state === 'between') at = this.#begin(chunk, at)
      else if (this.#state === 'number') at = this.#number(chunk, at)
      else at = this.#state === 'sized' ? this.#sized(chunk, at, frames) : this.#line(chunk, at, frames)
    }
    return frames
  }

  /** What the stream ended in. A line needs no end; a message that is shorter than its length is cut. */
  end(): SyslogFrame[] {
    const frames: SyslogFrame[] = []
    if (this.#state === 'number') this.#asLine()
    if (this.#state === 'sized') this.#isCut = true
    if (this.#length > 0) this.#emit(frames)
    this.#state = 'between'
    return frames
  }

  #begin(chunk: Buffer, at: number): number {
    const byte = chunk[at] ?? 0
    if (isTrailer(byte) || byte === 0x0d) return at + 1
    this.#digits = ''
    this.#state = byte > zero && byte <= nine ? 'number' : 'line'
    return at
  }

  #number(chunk: Buffer, at: number): number {
    const byte = chunk[at] ?? 0
    const isWhole = this.#digits.endsWith(' ')
    if (isWhole && byte === opening) {
      this.#left = Number(this.#digits)
      this.#state = 'sized'
      return at
    }
    const isMore = !isWhole && (byte === blank || (isDigit(byte) && this.#digits.length < mostDigits))
    if (!isMore) {
      this.#asLine()
      return at
    }
    this.#digits += String.fromCharCode(byte)
    return at + 1
  }

  #asLine(): void {
    this.#keep(Buffer.from(this.#digits, 'latin1'))
    this.#state = 'line'
  }

  #sized(chunk: Buffer, at: number, frames: SyslogFrame[]): number {
    const part = chunk.subarray(at, at + (this.#left ?? 0))
    this.#left = (this.#left ?? 0) - part.length
    this.#keep(part)
    if (this.#left === 0) this.#emit(frames)
    return at + part.length
  }

  #line(chunk: Buffer, at: number, frames: SyslogFrame[]): number {
    const end = trailerIn(chunk, at)
    this.#keep(chunk.subarray(at, end ?? chunk.length))
    if (end === null) return chunk.length
    this.#emit(frames)
    return end + 1
  }

  /** Copied: a chunk of which a single byte is held would be held as a whole. */
  #keep(part: Buffer): void {
    const taken = Math.min(part.length, this.#mostBytes - this.#length)
    if (taken < part.length) this.#isCut = true
    if (this.#held.length < this.#length + taken) {
      const grown = Buffer.allocUnsafe(Math.min(this.#mostBytes, Math.max(1_024, 2 * (this.#length + taken))))
      this.#held.copy(grown, 0, 0, this.#length)
      this.#held = grown
    }
    part.copy(this.#held, this.#length, 0, taken)
    this.#length += taken
  }

  /** What is no UTF-8 is replaced. The line feed in front of the next length is no part of the message. */
  #emit(frames: SyslogFrame[]): void {
    const text = this.#held.toString('utf8', 0, this.#length).replace(/[\r\n\0]+$/, '')
    if (text.trim() !== '') frames.push({ text, isCut: this.#isCut })
    // One long message among short ones keeps its room no longer than it takes.
    if (this.#held.length > 8_192) this.#held = Buffer.alloc(0)
    this.#length = 0
    this.#isCut = false
    this.#left = null
    this.#state = 'between'
  }
}

const isDigit = (byte: number): boolean => byte >= zero && byte <= nine
const isTrailer = (byte: number): boolean => byte === feed || byte === 0

function trailerIn(chunk: Buffer, from: number): number | null {
  const line = chunk.indexOf(feed, from)
  const nul = chunk.subarray(from, line === -1 ? chunk.length : line).indexOf(0)
  if (nul !== -1) return from + nul
  return line === -1 ? null : line
}
