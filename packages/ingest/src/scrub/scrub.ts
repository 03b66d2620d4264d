import type { Scrubbed, ScrubbedAs } from '@gantry/core'
import type { IngestConfig } from '@gantry/core/config'
import { type SecretNames, secretNames } from './secret-names.ts'
import { type CountScrubbed, scrubbedText, scrubText } from './secret-texts.ts'

export type ScrubSettings = IngestConfig['scrub']

/** Takes what nobody should read out of foreign JSON and text, and says how much of what it was. */
export interface Scrubber {
  /** The value itself when there is nothing in it. Objects and lists are changed in place. */
  json<T>(value: T): { value: T; scrubbed: Scrubbed | null }
  text(text: string): { value: string; scrubbed: Scrubbed | null }
}

/** Deeper than any client writes; what is nested deeper is left out as a whole. */
const deepest = 64
/** Versions of packages: `cookie: 0.7.1` and `js-tokens: 4.0.0` are no secrets. */
const untouched = new Set(['modules', 'debug_meta', 'sdk', 'packages', 'integrations', 'event_id', 'fingerprint'])
const code = new Set(['context_line', 'pre_context', 'post_context'])

const known = new WeakMap<ScrubSettings, Scrubber>()

/** The same for the same settings: what it learnt of names is kept. */
export function scrubberFor(settings: ScrubSettings): Scrubber {
  const made = known.get(settings) ?? createScrubber(settings)
  known.set(settings, made)
  return made
}

function createScrubber(settings: ScrubSettings): Scrubber {
  const names = secretNames(settings)
  const isOff = !settings.secrets && !settings.addresses && settings.names.length === 0
  const counting = <T>(act: (count: CountScrubbed) => T): { value: T; scrubbed: Scrubbed | null } => {
    let counts: Partial<Record<ScrubbedAs, number>> | null = null
    const value = act(kind => {
      counts ??= {}
      counts[kind] = (counts[kind] ?? 0) + 1
    })
    return { value, scrubbed: counts }
  }
  return {
    json: value =>
      isOff
        ? { value, scrubbed: null }
        : counting(count => new Walk(settings, names, count).scrub(value, false, 0) as typeof value),
    text: text => counting(count => (isOff ? text : scrubText(text, settings, count))),
  }
}

class Walk {
  readonly #inText: ScrubSettings
  readonly #inCode: ScrubSettings & { isCode: true }
  readonly #names: SecretNames
  readonly #count: CountScrubbed

  constructor(settings: ScrubSettings, names: SecretNames, count: CountScrubbed) {
    this.#inText = settings
    this.#inCode = { ...settings, isCode: true }
    this.#names = names
    this.#count = count
  }

  scrub(value: unknown, isCode: boolean, depth: number): unknown {
    if (typeof value === 'string') return scrubText(value, isCode ? this.#inCode : this.#inText, this.#count)
    if (value === null || typeof value !== 'object') return value
    if (depth === deepest) return '…'
    return Array.isArray(value) ? this.#list(value, isCode, depth) : this.#fields(value as Fields, depth)
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

  #fields(fields: Fields, depth: number): Fields {
    for (const name of Object.keys(fields)) {
      if (untouched.has(name)) continue
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
