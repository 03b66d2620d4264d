import { CalledWrongly } from './called-wrongly.ts'

/** What the person typed, by name. Values are read with the type a command expects of them. */
export class Call {
  readonly #values: ReadonlyMap<string, unknown>

  constructor(values: Record<string, unknown>) {
    this.#values = new Map(Object.entries(values))
  }

  /** Whether an option without a value was given. */
  flag(name: string): boolean {
    return this.#values.get(name) === true
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name)
    return typeof value === 'string' ? value : undefined
  }

  /** A value the command line promises: it is required or has a default. */
  required(name: string): string {
    const value = this.text(name)
    if (value !== undefined && value !== '') return value
    throw new CalledWrongly(`expected a value for ${name}, got none`)
  }

  list(name: string): string[] {
    const value = this.#values.get(name)
    return Array.isArray(value) ? value.map(String) : []
  }

  /** @throws CalledWrongly when it is there and no whole number within the limits */
  int(name: string, { min, max }: { min: number; max: number }): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new CalledWrongly(`${name}: expected a whole number from ${min} to ${max}, got "${text}"`)
  }

  /** `name=value` pairs of an option that may be repeated. @throws CalledWrongly without a `=` */
  pairs(name: string): Record<string, string> {
    return Object.fromEntries(
      this.list(name).map(pair => {
        const at = pair.indexOf('=')
        if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)]
        throw new CalledWrongly(`${name}: expected name=value, got "${pair}"`)
      }),
    )
  }
}
