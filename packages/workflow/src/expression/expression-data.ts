import { data } from '@actions/expressions'

/** The library's dictionary stumbles over keys such as `constructor`; this one does not, and may keep case apart. */
export class Fields extends data.Dictionary {
  readonly #values = new Map<string, { key: string; value: () => data.ExpressionData }>()
  readonly #isCaseSensitive: boolean

  constructor(isCaseSensitive = false) {
    super()
    this.#isCaseSensitive = isCaseSensitive
  }

  /** A field that is worked out when an expression first asks for it. */
  addLazy(key: string, value: () => data.ExpressionData): void {
    const known = this.#index(key)
    if (this.#values.has(known)) return
    let kept: data.ExpressionData | undefined
    this.#values.set(known, {
      key,
      value: () => {
        kept ??= value()
        return kept
      },
    })
  }

  override add(key: string, value: data.ExpressionData): void {
    this.addLazy(key, () => value)
  }

  /** Undefined where there is none: a filter such as `needs.*.outputs.x` leaves those out, and keeps a null. */
  override get(key: string): data.ExpressionData | undefined {
    return this.#values.get(this.#index(key))?.value()
  }

  override values(): data.ExpressionData[] {
    return [...this.#values.values()].map(({ value }) => value())
  }

  override pairs(): { key: string; value: data.ExpressionData }[] {
    return [...this.#values.values()].map(({ key, value }) => ({ key, value: value() }))
  }

  #index(key: string): string {
    return this.#isCaseSensitive ? key : key.toLowerCase()
  }
}

/** Plain data whose keys differ by case, as environment variables do on Linux. */
export class CaseSensitive {
  readonly values: Record<string, string>
  constructor(values: Record<string, string>) {
    this.values = values
  }
}

export function toData(value: unknown): data.ExpressionData {
  if (value === null || value === undefined) return new data.Null()
  if (typeof value === 'string') return new data.StringData(value)
  if (typeof value === 'number') return new data.NumberData(value)
  if (typeof value === 'boolean') return new data.BooleanData(value)
  if (Array.isArray(value)) return new data.Array(...value.map(toData))
  if (value instanceof CaseSensitive) return fieldsOf(value.values, true)
  if (typeof value === 'object') return fieldsOf(value, false)
  return new data.StringData(String(value))
}

export function fromData(value: data.ExpressionData): unknown {
  if (value instanceof data.StringData || value instanceof data.BooleanData || value instanceof data.NumberData) {
    return value.value
  }
  if (value instanceof data.Array) return value.values().map(fromData)
  if (value instanceof data.Dictionary) {
    return Object.fromEntries(value.pairs().map(pair => [pair.key, fromData(pair.value)]))
  }
  return null
}

function fieldsOf(value: object, isCaseSensitive: boolean): Fields {
  const fields = new Fields(isCaseSensitive)
  for (const [key, field] of Object.entries(value)) fields.addLazy(key, () => toData(field))
  return fields
}
