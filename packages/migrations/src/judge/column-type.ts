import { type Ast, children, only, qualified, strings } from './ast.ts'
import type { ColumnType } from './schema-memory.ts'

/** Of a `TypeName`. */
export function columnTypeOf(typeName: Ast): ColumnType {
  const name = qualified(strings(children(typeName, 'names'))).replace(/^pg_catalog\./, '')
  const limits = only(children(typeName, 'typmods'), 'A_Const').map(constant => {
    const value = constant['ival']
    return typeof value === 'object' && value !== null && 'ival' in value ? Number(value.ival) : 0
  })
  return { name, limits, isArray: children(typeName, 'arrayBounds').length > 0 }
}

/** `varchar(40)` */
export const spoken = ({ name, limits, isArray }: ColumnType): string =>
  `${name}${limits.length > 0 ? `(${limits.join(', ')})` : ''}${isArray ? '[]' : ''}`

/**
 * Whether a column of the wider type holds and answers whatever one of the former did, the same to every client. An `int`
 * that becomes a `bigint` does not: drivers hand that out as text.
 */
export function widens(from: ColumnType, to: ColumnType): boolean {
  if (from.isArray !== to.isArray) return false
  if (texts.has(from.name) && texts.has(to.name)) return lengthOf(to) >= lengthOf(from)
  if (from.name !== 'numeric' || to.name !== 'numeric') return spoken(from) === spoken(to)
  const [precision = Number.POSITIVE_INFINITY, scale = 0] = to.limits
  const [formerPrecision = Number.POSITIVE_INFINITY, formerScale = 0] = from.limits
  return to.limits.length === 0 || (scale === formerScale && precision >= formerPrecision)
}

const texts = new Set(['text', 'varchar'])
const lengthOf = ({ name, limits }: ColumnType): number =>
  name === 'text' ? Number.POSITIVE_INFINITY : (limits[0] ?? Number.POSITIVE_INFINITY)
