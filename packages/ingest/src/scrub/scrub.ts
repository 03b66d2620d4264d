import type { Scrubbed, ScrubbedAs } from '@gantry/core'
import type { IngestConfig } from '@gantry/core/config'
import { type SecretNames, secretNames } from './secret-names.ts'
import { type CountScrubbed, scrubbedText, scrubText } from './secret-texts.ts'

export type ScrubSettings = IngestConfig['scrub']

/** Takes what nobody should read out of foreign JSON and text, and says how much of what it was. */
export interface Scrubber {
  /** The value itself when there is nothing in it. Objects and lists are changed in place. */
  json<T>(value: T): Cleared<T>
  /** The same of an event of Sentry, or of what is shaped like one: some of its fields say names and versions. */
  event<T>(value: T): Cleared<T>
  text(text: string): Cleared<string>
}

interface Cleared<T> {
  value: T
  scrubbed: Scrubbed | null
}

/** Deeper than any client writes; what is nested deeper is left out as a whole. */
const deepest = 64
/** Of an event itself, versions of packages: `cookie: 0.7.1` is no secret. Further inside a name like these says nothing. */
const untouched = new Set(['modules', 'debug_meta', 'sdk', 'event_id', 'fingerprint'])
const code = new Set(['context_line', 'pre_context', 'post_context'])

const known = new WeakMap<ScrubSettings, Scrubber>()

/** The same for the same settings: what it learnt of names is kept. */
export function scrubberFor(settings: ScrubSettings): Scrubber {
  const made = known.get(settings) ?? createScrubber(settings)
  known.set(settings, made)
  return made
}

function createScrubber(settings: ScrubSettings): Scrubber {
  if (!settings.secrets && !settings.addresses && settings.names.length === 0) {
    const asItIs = <T>(value: T) => ({ value, scrubbed: null })
    return { json: asItIs, event: asItIs, text: asItIs }
  }
  const walk = new Walk(settings)
  return {
    json: value => walk.counted(() => walk.scrub(value, false, 0) as typeof value),
    event: value => walk.counted(() => walk.event(value) as typeof value),
    text: text => walk.counted(() => walk.scrub(text, false, 0) as string),
  }
}

class Walk {
  readonly #inText: ScrubSettings & { isCode: boolean }
  readonly #inCode: ScrubSettings & { isCode: boolean }
  readonly #names: SecretNames
  #counts: Partial<Record<ScrubbedAs, number>> | null = null

  constructor(settings: ScrubSettings) {
    this.#inText = { ...settings, isCode: false }
    this.#inCode = { ...settings, isCode: true }
    this.#names = secretNames(settings)
  }

  counted<T>(act: () => T): Cleared<T> {
    this.#counts = null
    const value = act()
    return { value, scrubbed: this.#counts }
  }

  event(value: unknown): unknown {
    const isObject = value !== null && typeof value === 'object' && !Array.isArray(value)
    return isObject ? this.#fields(value as Fields, 0, untouched) : this.scrub(value, false, 0)
  }

  scrub(value: unknown, isCode: boolean, depth: number): unknown {
    if (typeof value === 'string') return scrubText(value, isCode ? this.#inCode : this.#inText, this.#count)
    if (value === null || typeof value !== 'object') return value
    if (depth === deepest) {
      this.#count('deep')
      return '…'
    }
    return Array.isArray(value) ? this.#list(value, isCode, depth) : this.#fields(value as Fields, depth)
  }

  readonly #count: CountScrubbed = kind => {
    this.#counts ??= {}
    this.#counts[kind] = (this.#counts[kind] ?? 0) + 1
  }

  /** A list of two texts may be a header: `['cookie', 'a=b']`. */
  #list(values: unknown[], isCode: boolean, depth: number): unknown[] {
    const [name, held] = values
    const kind = values.length === 2 && typeof name === 'string' ? this.#names.kindOf(name) : null
    if (kind !== null && isSecret(held)) {
      this.#count(kind)
      values[1] = scrubbedText
      return values
    }
    for (let index = 0; index < values.length; index++) values[index] = this.scrub(values[index], isCode, depth + 1)
    return values
  }

  #fields(fields: Fields, depth: number, but?: ReadonlySet<string>): Fields {
    for (const name of Object.keys(fields)) {
      if (but?.has(name)) continue
      const value = fields[name]
      const kind = this.#names.kindOf(name)
      if (kind !== null && isSecret(value)) {
        this.#count(kind)
        fields[name] = scrubbedText
      } else fields[name] = this.scrub(value, code.has(name), depth + 1)
    }
    return this.#said(fields)
  }

  /** `{ name: 'Authorization', value: '…' }`, as some lists of headers are. */
  #said(fields: Fields): Fields {
    const name = fields['name'] ?? fields['key']
    const kind = typeof name === 'string' && 'value' in fields ? this.#names.kindOf(name) : null
    if (kind === null || !isSecret(fields['value'])) return fields
    this.#count(kind)
    fields['value'] = scrubbedText
    return fields
  }
}

type Fields = Record<string, unknown>

/** A flag or nothing at all says nothing; what was scrubbed by the client is not counted again. */
const isSecret = (value: unknown): boolean =>
  value !== null &&
  value !== undefined &&
  value !== '' &&
  typeof value !== 'boolean' &&
  value !== scrubbedText &&
  value !== '[Filtered]'
