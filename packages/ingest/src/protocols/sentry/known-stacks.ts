import { randomBytes } from 'node:crypto'
import { type Frame, shareFrames } from '@gantry/core'
import { type ScrubSettings, scrubberFor } from '../../scrub/scrub.ts'
import { framesOf, keptExceptions } from './exceptions.ts'
import { jsonEnd } from './json-end.ts'
import { type Loose, objectOf, valuesOf } from './loose.ts'

/** Frames as they stood in the bytes of an event, read and found clean. */
interface Stack {
  bytes: Buffer
  frames: Frame[]
}

/** What is known of a key: met once; no stack worth it; a stack, and how often another one had its key since it was met. */
type Known = { stack: Stack | null; missed: number }

interface Place {
  from: number
  stack: Stack
}

/** An event in which each known stack is a mark. */
export interface MarkedEvent {
  event: Loose
  /** The frames of an exception: of a mark the known ones. */
  framesIn(value: unknown): Frame[]
  /** JSON with the stacks in place of their marks. */
  whole(json: string): string
}

const name = '"frames":'
const [space, bracket] = [0x20, 0x5b]
/** Shorter ones are read in no time. */
const leastBytes = 512
const mostBytes = 128 * 1024
/** Of the texts of all; what is made of them takes two or three times as much. */
const keptBytes = 4 * 1024 * 1024
const mostKeys = 4_000
const mostPlaces = 20
/** By which a stack is looked up: its last letters, where stacks of one program differ. */
const keyBytes = 120

/**
 * A fault that is met a thousand times sends the same stack a thousand times: most of an event, and of the work for it. What
 * came twice is kept as it stood in the bytes, and where the same bytes come again, they are neither parsed nor scrubbed
 * nor read, and what is derived of their frames is at hand (`onceOf`). JSON ends where it ends: bytes that begin as
 * those of a whole list do hold that list.
 */
export class KnownStacks {
  readonly #settings: ScrubSettings
  /** Letters only: nothing that a scrubber takes for a secret. Of this process, so that no client can write one. */
  readonly #mark = `stack ${randomBytes(24)
    .toString('hex')
    .replace(/\d/g, digit => 'ghijklmnop'.charAt(Number(digit)))} `
  /** In two halves, of which the older is forgotten whole. */
  #new = new Map<string, Known>()
  #old = new Map<string, Known>()
  #newBytes = 0

  constructor(settings: ScrubSettings) {
    this.#settings = settings
  }

  /** Null: there is none, or one stands where no event has a stack; the event is to be read as it came. */
  read(payload: Buffer): MarkedEvent | null {
    const places = this.#places(payload)
    if (places.length === 0) return null
    const event = parsed(this.#marked(payload, places))
    if (event === null) return null
    const byMark = new Map(places.map(({ stack }, index) => [`${this.#mark}${letters(index)}`, stack]))
    // Anywhere else, as among the tags, a mark is something else than a list.
    if (stacksIn(event).filter(frames => byMark.has(frames as string)).length !== places.length) return null
    return {
      event,
      framesIn: value => byMark.get(value as string)?.frames ?? framesOf(value),
      whole: json =>
        byMark.entries().reduce((text, [mark, { bytes }]) => text.replace(`"${mark}"`, () => bytes.toString()), json),
    }
  }

  #places(payload: Buffer): Place[] {
    const places: Place[] = []
    for (let at = payload.indexOf(name); at !== -1 && places.length < mostPlaces; ) {
      let from = at + name.length
      while (payload[from] === space) from++
      const stack = payload[from] === bracket ? this.#stackAt(payload, from) : null
      if (stack) places.push({ from, stack })
      at = payload.indexOf(name, from + (stack?.bytes.length ?? 0))
    }
    return places
  }

  #marked(payload: Buffer, places: readonly Place[]): string {
    let [text, next] = ['', 0]
    for (const [index, { from, stack }] of places.entries()) {
      text += `${payload.toString('utf8', next, from)}"${this.#mark}${letters(index)}"`
      next = from + stack.bytes.length
    }
    return text + payload.toString('utf8', next)
  }

  #stackAt(payload: Buffer, from: number): Stack | null {
    // Nearly always the end of the list. Where it is not, it is still the same place of the same list.
    const near = payload.indexOf('}]', from)
    if (near === -1) return null
    const key = `${near - from} ${payload.toString('latin1', Math.max(from, near - keyBytes), near)}`
    const known = this.#known(key)
    if (known === undefined) return this.#keep(key, { stack: null, missed: 0 })
    const { stack } = known
    if (stack && payload.subarray(from, from + stack.bytes.length).equals(stack.bytes)) {
      known.missed = 0
      return stack
    }
    known.missed++
    // Stacks that differ each time, as by the values of their variables, are tried ever less often.
    if ((known.missed & (known.missed - 1)) !== 0) return null
    return this.#keep(key, { stack: this.#learnt(payload, from), missed: known.missed })
  }

  #known(key: string): Known | undefined {
    const known = this.#new.get(key)
    if (known !== undefined) return known
    const former = this.#old.get(key)
    if (former !== undefined) this.#keep(key, former)
    return former
  }

  #keep(key: string, known: Known): Stack | null {
    if (this.#newBytes >= keptBytes / 2 || this.#new.size >= mostKeys / 2) {
      this.#old = this.#new
      this.#new = new Map()
      this.#newBytes = 0
    }
    this.#new.set(key, known)
    this.#newBytes += known.stack?.bytes.length ?? 0
    return known.stack
  }

  /** Null: it is too short or too long, or holds what nobody should read. */
  #learnt(payload: Buffer, from: number): Stack | null {
    const end = jsonEnd(payload, from)
    if (end === null || end - from < leastBytes || end - from > mostBytes) return null
    const bytes = Buffer.from(payload.subarray(from, end))
    const said = parsed(`{"frames":${bytes.toString()}}`)
    if (said === null) return null
    // As deep as it stands in an event: exception, values, one of them, stacktrace.
    const { scrubbed } = scrubberFor(this.#settings).json([[[[said]]]])
    return scrubbed === null ? { bytes, frames: shareFrames(framesOf(said['frames'])) } : null
  }
}

const bySettings = new WeakMap<ScrubSettings, KnownStacks>()

/** What is clean by some settings need not be by others. */
export function stacksFor(settings: ScrubSettings): KnownStacks {
  const known = bySettings.get(settings) ?? new KnownStacks(settings)
  bySettings.set(settings, known)
  return known
}

/** @example letters(12) // 'bc' */
const letters = (index: number): string => [...String(index)].map(digit => 'abcdefghij'.charAt(Number(digit))).join('')

/** Of exceptions as a fact has them, and of threads, which it leaves out. */
const stacksIn = (event: Loose): unknown[] =>
  [...keptExceptions(event), ...valuesOf(event['threads']).map(objectOf)].map(
    ({ stacktrace }) => objectOf(stacktrace)['frames'],
  )

function parsed(json: string): Loose | null {
  try {
    const value: unknown = JSON.parse(json)
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Loose) : null
  } catch {
    // Whoever reads it as it came says what is wrong with it.
    return null
  }
}
