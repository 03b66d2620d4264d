import schemas from './github-schema.json' with { type: 'json' }

/** What may stand at a place: one of these kinds. */
export interface Kinds {
  /** Constants, or any text where the list is missing. */
  words: readonly string[] | undefined
  takesText: boolean
  takesEmptyText: boolean
  takesNumber: boolean
  takesBoolean: boolean
  takesNull: boolean
  /** Of what type the items of a list are. */
  itemType: string | undefined
  mappings: readonly MappingKind[]
  hasContext: boolean
}

export interface MappingKind {
  /** Known keys, the type of their values, and whether they must be there. */
  properties: ReadonlyMap<string, { type: string; isRequired: boolean }>
  loose: { key: string; value: string } | undefined
}

interface Definition {
  context?: boolean
  null?: object
  boolean?: object
  number?: object
  string?: { constant?: string; 'require-non-empty'?: boolean }
  sequence?: { 'item-type': string }
  mapping?: {
    properties?: Record<string, string | { type?: string; required?: boolean }>
    'loose-key-type'?: string
    'loose-value-type'?: string
  }
  'one-of'?: string[]
  'allowed-values'?: string[]
}

export type SchemaName = 'workflow' | 'action'

const own: Record<string, Definition> = {
  null: { null: {} },
  boolean: { boolean: {} },
  number: { number: {} },
  string: { string: {} },
  sequence: { sequence: { 'item-type': 'any' } },
  mapping: { mapping: { 'loose-key-type': 'string', 'loose-value-type': 'any' } },
  any: { 'one-of': ['null', 'boolean', 'number', 'string', 'sequence', 'mapping'] },
}

const known = new Map<string, Kinds>()

/** The kinds a type of GitHub's schema stands for. */
export function kindsOf(schema: SchemaName, type: string): Kinds {
  const key = `${schema}/${type}`
  const found = known.get(key) ?? read(schema, type)
  known.set(key, found)
  return found
}

function read(schema: SchemaName, type: string): Kinds {
  const leaves = leavesOf(schema, type)
  const texts = leaves.flatMap(({ string, 'allowed-values': allowed }) =>
    allowed ? allowed.map(constant => ({ constant })) : string ? [string] : [],
  )
  const free = texts.filter(({ constant }) => constant === undefined)
  return {
    words: free.length > 0 ? undefined : texts.flatMap(({ constant }) => constant ?? []),
    takesText: texts.length > 0,
    takesEmptyText: free.some(text => !('require-non-empty' in text && text['require-non-empty'])),
    takesNumber: leaves.some(({ number }) => number),
    takesBoolean: leaves.some(({ boolean }) => boolean),
    takesNull: leaves.some(each => each.null),
    itemType: leaves.find(({ sequence }) => sequence)?.sequence?.['item-type'],
    mappings: leaves.flatMap(({ mapping }) => (mapping ? [mappingKind(mapping)] : [])),
    hasContext: leaves.some(({ context }) => context) || definitionOf(schema, type).context === true,
  }
}

function leavesOf(schema: SchemaName, type: string): Definition[] {
  const definition = definitionOf(schema, type)
  return definition['one-of']?.flatMap(inner => leavesOf(schema, inner)) ?? [definition]
}

function definitionOf(schema: SchemaName, type: string): Definition {
  // A table made from GitHub's own: its shape is the one above.
  const definitions = (schemas as Record<SchemaName, Record<string, Definition>>)[schema]
  const definition = Object.hasOwn(definitions, type) ? definitions[type] : own[type]
  if (definition === undefined) throw new Error(`GitHub's schema of a ${schema} has no ${type}`)
  return definition
}

function mappingKind(mapping: NonNullable<Definition['mapping']>): MappingKind {
  const { 'loose-key-type': key, 'loose-value-type': value } = mapping
  const properties = Object.entries(mapping.properties ?? {}).map(
    ([name, property]): [string, { type: string; isRequired: boolean }] => [
      name,
      typeof property === 'string'
        ? { type: property, isRequired: false }
        : { type: property.type ?? 'any', isRequired: property.required ?? false },
    ],
  )
  return { properties: new Map(properties), loose: key && value ? { key, value } : undefined }
}
