import { type Document, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml'

/** A stretch of the file's text, in characters from its beginning; `to` is the first one after it. */
export interface Span {
  from: number
  to: number
}

export type Value = MapValue | ListValue | ScalarValue

interface Place extends Span {
  /** Behind an anchor or an alias, or inside of such: whoever edits it edits other places with it. */
  isShared: boolean
}

export interface MapValue extends Place {
  kind: 'map'
  fields: Field[]
  /** `{ … }`: it has no lines of its own. */
  isFlow: boolean
}

export interface ListValue extends Place {
  kind: 'list'
  items: Value[]
  isFlow: boolean
}

export interface ScalarValue extends Place {
  kind: 'scalar'
  scalar: string | number | boolean | null
  /** `|` and `>` blocks begin with their header, the text on the next line. */
  isBlock: boolean
}

export interface Field {
  key: string
  at: Span
  value: Value
}

/** More than any real file repeats by anchors; stops those that multiply themselves. */
const MAX_VALUES = 20_000

/**
 * The YAML document as values that know where they stand. Aliases stand where their anchor is; `missing` is told of
 * those that have none.
 */
export function valueTree(document: Document.Parsed, missing?: (at: Span) => void): Value {
  const tree = trees.get(document) ?? readTree(document)
  trees.set(document, tree)
  for (const at of tree.missing) missing?.(at)
  return tree.root
}

interface Tree {
  root: Value
  missing: readonly Span[]
}

/** The reader of workflows and the rules look at the same document. */
const trees = new WeakMap<Document.Parsed, Tree>()

function readTree(document: Document.Parsed): Tree {
  const missing: Span[] = []
  const anchors = new Map<string, unknown>()
  let count = 0
  const read = (given: unknown, outer: Span, isIn: boolean): Value => {
    if (isIn && ++count > MAX_VALUES) throw new RangeError('anchors that never end')
    const node = isAlias(given) ? anchors.get(given.source) : given
    if (node === undefined && isAlias(given)) missing.push(spanOf(given, outer))
    const anchor = anchorOf(node)
    // In the order of the document: an alias means the last anchor of its name before it.
    if (anchor !== undefined) anchors.set(anchor, node)
    const isShared = isIn || anchor !== undefined
    const at = { ...spanOf(node, outer), isShared }
    if (isMap(node)) {
      const fields = node.items.map(({ key, value }) => {
        const keyAt = spanOf(key, at)
        return { key: keyText(key), at: keyAt, value: read(value, { from: keyAt.to, to: keyAt.to }, isShared) }
      })
      return { kind: 'map', fields, isFlow: node.flow ?? false, ...at }
    }
    if (isSeq(node)) {
      const items = node.items.map(item => read(item, at, isShared))
      return { kind: 'list', items, isFlow: node.flow ?? false, ...at }
    }
    return { kind: 'scalar', scalar: scalarOf(node), isBlock: isBlock(node), ...at }
  }
  return { root: read(document.contents, { from: 0, to: 0 }, false), missing }
}

export const fieldOf = (value: Value | undefined, key: string): Field | undefined =>
  value?.kind === 'map' ? value.fields.find(field => field.key === key) : undefined

export const valueAt = (value: Value | undefined, ...keys: string[]): Value | undefined =>
  keys.reduce<Value | undefined>((inner, key) => fieldOf(inner, key)?.value, value)

export const fieldsOf = (value: Value | undefined): Field[] => (value?.kind === 'map' ? value.fields : [])

/** The items of a list; one value alone is a list of itself, nothing is an empty one. */
export function itemsOf(value: Value | undefined): Value[] {
  if (value === undefined || (value.kind === 'scalar' && value.scalar === null)) return []
  return value.kind === 'list' ? value.items : [value]
}

/** A single value as text; mappings, lists and nothing are empty. */
export const textOf = (value: Value | undefined): string =>
  value?.kind === 'scalar' && value.scalar !== null ? String(value.scalar) : ''

export const isEmpty = (value: Value | undefined): boolean =>
  value === undefined || (value.kind === 'scalar' && value.scalar === null)

/** Every single value below this one, with the keys that lead to it. */
export function* scalarsBelow(value: Value, path: string[] = []): Generator<{ value: ScalarValue; path: string[] }> {
  if (value.kind === 'scalar') yield { value, path }
  else if (value.kind === 'list')
    for (const [index, item] of value.items.entries()) yield* scalarsBelow(item, [...path, String(index)])
  else for (const field of value.fields) yield* scalarsBelow(field.value, [...path, field.key])
}

function spanOf(node: unknown, outer: Span): Span {
  if (!hasRange(node) || !node.range) return outer
  return { from: node.range[0], to: node.range[1] }
}

const anchorOf = (node: unknown): string | undefined =>
  isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined
const hasRange = (node: unknown): node is Node => typeof node === 'object' && node !== null && 'range' in node
const keyText = (key: unknown): string => (isScalar(key) ? String(key.value ?? '') : '')
const isBlock = (node: unknown): boolean =>
  isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')

function scalarOf(node: unknown): ScalarValue['scalar'] {
  if (!isScalar(node)) return null
  const { value } = node
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value
  return value === null || value === undefined ? null : String(value)
}
