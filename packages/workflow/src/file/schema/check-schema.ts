import { didYouMean } from '@gantry/core/words'
import type { Field, ListValue, MapValue, ScalarValue, Span, Value } from '../value.ts'
import { type Kinds, kindsOf, type MappingKind, type SchemaName } from './github-schema.ts'

export interface Refusal {
  at: Span
  message: string
}

/**
 * What GitHub's schema does not allow: unknown keys, keys that differ by case only, values of another kind. Events are
 * any mapping here, as they are to GitHub's own server; what they may have is read elsewhere.
 */
export function checkSchema(root: Value, schema: SchemaName): Refusal[] {
  const refusals: Refusal[] = []
  const checker = new SchemaChecker(schema, refusals)
  checker.check(root, schema === 'workflow' ? 'workflow-root' : 'action-root', schema, false)
  return refusals
}

class SchemaChecker {
  readonly #schema: SchemaName
  readonly #refusals: Refusal[]

  constructor(schema: SchemaName, refusals: Refusal[]) {
    this.#schema = schema
    this.#refusals = refusals
  }

  check(value: Value, type: string, what: string, isInContext: boolean): void {
    const kinds = kindsOf(this.#schema, type)
    const hasContext = isInContext || kinds.hasContext
    if (value.kind === 'scalar') this.#scalar(value, kinds, what, hasContext)
    else if (value.kind === 'list') this.#list(value, kinds, what, hasContext)
    else this.#map(value, kinds, what, hasContext)
  }

  #scalar(value: ScalarValue, kinds: Kinds, what: string, hasContext: boolean): void {
    const { scalar } = value
    if (typeof scalar === 'string' && scalar.includes('${{')) {
      if (!hasContext) this.#refuse(value, `expected ${what} without an expression, got "${scalar}"`)
      return
    }
    if (takes(kinds, scalar)) return
    if (kinds.words?.length && typeof scalar === 'string')
      this.#refuse(
        value,
        `expected ${what} to be ${kinds.words.join(', ')}, got "${scalar}"${didYouMean(scalar, kinds.words)}`,
      )
    else
      this.#refuse(
        value,
        `expected ${what} to be ${describe(kinds)}, got ${scalar === null || scalar === '' ? 'nothing' : JSON.stringify(scalar)}`,
      )
  }

  #list(value: ListValue, kinds: Kinds, what: string, hasContext: boolean): void {
    const { itemType } = kinds
    if (itemType === undefined) this.#refuse(value, `expected ${what} to be ${describe(kinds)}, got a list`)
    else for (const item of value.items) this.check(item, itemType, `each of ${what}`, hasContext)
  }

  #map(value: MapValue, kinds: Kinds, what: string, hasContext: boolean): void {
    const [first] = kinds.mappings
    if (first === undefined) {
      this.#refuse(value, `expected ${what} to be ${describe(kinds)}, got a mapping`)
      return
    }
    const fields = this.#distinct(value.fields, hasContext)
    const possible = narrowed(kinds.mappings, fields)
    for (const field of fields) this.#field(field, possible, first, what, hasContext)
    const [only] = possible
    // A key that is an expression may bring any other.
    if (possible.length > 1 || only === undefined || fields.length < value.fields.length) return
    for (const [name, { isRequired }] of only.properties) {
      if (isRequired && !fields.some(({ key }) => key.toUpperCase() === name.toUpperCase()))
        this.#refuse(fields[0]?.at ?? value, `expected ${what} to have "${name}", got none`)
    }
  }

  #field(
    { key, at, value }: Field,
    possible: readonly MappingKind[],
    first: MappingKind,
    what: string,
    hasContext: boolean,
  ): void {
    const property = possible.find(({ properties }) => properties.has(key))?.properties.get(key)
    if (property) this.check(value, property.type, key, hasContext)
    else if (first.loose) {
      if (key === '' && !kindsOf(this.#schema, first.loose.key).takesEmptyText)
        this.#refuse(at, `expected a name in ${what}, got an empty one`)
      this.check(value, first.loose.value, `${what}.${key}`, hasContext)
    } else {
      const names = possible.flatMap(({ properties }) => [...properties.keys()])
      const known = [...new Set(names)]
      this.#refuse(at, `expected one of ${known.join(', ')} in ${what}, got "${key}"${didYouMean(key, known)}`)
    }
  }

  /** Each key once, whatever its case; without those that are expressions. */
  #distinct(fields: readonly Field[], hasContext: boolean): Field[] {
    const seen = new Set<string>()
    return fields.filter(({ key, at }) => {
      if (key.includes('${{')) {
        if (!hasContext) this.#refuse(at, `expected a key without an expression, got "${key}"`)
        return false
      }
      const upper = key.toUpperCase()
      if (seen.has(upper)) this.#refuse(at, `expected each key once, whatever its case, got "${key}" again`)
      const isNew = key === '' || !seen.has(upper)
      seen.add(upper)
      return isNew
    })
  }

  #refuse(at: Span, message: string): void {
    this.#refusals.push({ at, message })
  }
}

/** Each known key leaves the mappings that have it. */
function narrowed(mappings: readonly MappingKind[], fields: readonly Field[]): readonly MappingKind[] {
  return fields.reduce((left, { key }) => {
    const having = left.filter(({ properties }) => properties.has(key))
    return having.length > 0 ? having : left
  }, mappings)
}

/** Numbers, true and nothing are texts where a text is asked for. */
function takes(kinds: Kinds, scalar: ScalarValue['scalar']): boolean {
  if (scalar === null && kinds.takesNull) return true
  if (typeof scalar === 'boolean' && kinds.takesBoolean) return true
  if (typeof scalar === 'number' && kinds.takesNumber) return true
  if (!kinds.takesText) return false
  const text = scalar === null ? '' : String(scalar)
  if (kinds.words !== undefined) return kinds.words.includes(text)
  return text !== '' || kinds.takesEmptyText
}

function describe(kinds: Kinds): string {
  const names = [
    kinds.takesText && (kinds.words?.join(', ') || 'a text'),
    kinds.takesNumber && 'a number',
    kinds.takesBoolean && 'true or false',
    kinds.itemType && 'a list',
    kinds.mappings.length > 0 && 'a mapping',
  ]
  return names
    .filter(name => typeof name === 'string')
    .join(', ')
    .replace(/, (?=[^,]*$)/, ' or ')
}
