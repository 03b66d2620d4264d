import {
  fieldName,
  instantMs,
  isOwnName,
  type LineSearch,
  type LineTerm,
  latestNewsMs,
  levelsWithin,
  timePart,
  wordsOf,
} from '@gantry/core'
import { type RawBuilder, sql } from 'kysely'
import { containing } from '../database/containing.ts'
import { levels } from './line-row.ts'

/** Ids of former lines begin with when they came, which was before their time when a clock was ahead. */
const aheadMs = 86_400_000

/** Holds for every line that matches, and for some that do not: those are judged when they are read. */
export function matching(project: string, search: LineSearch): RawBuilder<unknown> {
  const { term, from, to, before, after, since } = search
  const conditions = [sql`project = ${project}`]
  if (from !== undefined) conditions.push(sql`at >= ${from}`, sql`id >= ${timePart(instantMs(from) - aheadMs)}`)
  if (to !== undefined) conditions.push(sql`at < ${to}`)
  if (before !== undefined) conditions.push(sql`id < ${before}`)
  if (after !== undefined) conditions.push(sql`id > ${after}`)
  if (since !== undefined)
    conditions.push(
      sql`arrived > to_timestamp(${Number(since)}::float8 / 1000)`,
      sql`id >= ${timePart(Number(since) - latestNewsMs)}`,
    )
  const narrowed = term && narrow(term)
  if (narrowed) conditions.push(narrowed)
  return sql.join(conditions, sql` and `)
}

/** Null: nothing is known of what matches. */
function narrow(term: LineTerm): RawBuilder<unknown> | null {
  if (term.kind === 'and' || term.kind === 'or') {
    const each = term.of.map(narrow)
    const known = each.filter(one => one !== null)
    if (known.length === 0 || (term.kind === 'or' && known.length < each.length)) return null
    return sql`(${sql.join(known, term.kind === 'and' ? sql` and ` : sql` or `)})`
  }
  if (term.kind === 'text') return wordsAnywhere(term.text)
  if (term.kind === 'is') return narrowValue(fieldName(term.name), term.value)
  if (term.kind === 'range' && fieldName(term.name) === 'level') return ofLevels(term)
  return null
}

function wordsAnywhere(text: string): RawBuilder<unknown> | null {
  const words = wordsOf(text)
  if (words.length === 0) return null
  const each = words.map(containing)
  const message = sql.join(
    each.map(word => sql`message ilike ${word}`),
    sql` and `,
  )
  const fields = sql.join(
    each.map(word => sql`fields::text ilike ${word}`),
    sql` and `,
  )
  return sql`(${message} or ${fields} or lower(trace_id) = ${text.toLowerCase()})`
}

function narrowValue(name: string, value: string): RawBuilder<unknown> | null {
  if (name === 'message') {
    const words = wordsOf(value).map(containing)
    return words.length === 0
      ? null
      : sql.join(
          words.map(word => sql`message ilike ${word}`),
          sql` and `,
        )
  }
  if (name === 'level') return ofLevels({ kind: 'is', name, value })
  if (name === 'trace') return sql`lower(trace_id) = ${value.toLowerCase()}`
  if (isOwnName(name)) return name === 'time' ? null : sql`lower(${sql.ref(name)}) = ${value.toLowerCase()}`
  const words = wordsOf(value).map(containing)
  return words.length === 0
    ? null
    : sql.join(
        words.map(word => sql`fields::text ilike ${word}`),
        sql` and `,
      )
}

function ofLevels(term: LineTerm): RawBuilder<unknown> {
  const numbers = levelsWithin(term).map(level => levels.indexOf(level))
  return sql`level = any(${numbers}::smallint[])`
}
