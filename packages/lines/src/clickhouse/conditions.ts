import { instantMs, type LineSearch, latestNewsMs, timePart } from '@gantry/core'
import type { Compiled } from '../index/compile-term.ts'
import type { IndexTerm } from '../index/index-term.ts'

/** A condition with the values it names: `{p1:String}` is `values.p1`, so that no text of a person's becomes SQL. */
export interface Condition {
  sql: string
  values: Record<string, unknown>
}

type Range = Omit<LineSearch, 'term' | 'limit'>

/** Holds for every line that matches, and, unless `compiled` is exact, for some that do not. */
export function whereOf(project: string, compiled: Compiled, range: Range): Condition {
  const values: Record<string, unknown> = {}
  const named = (type: string, value: unknown) => {
    const name = `p${Object.keys(values).length}`
    values[name] = value
    return `{${name}:${type}}`
  }
  const { from, to, before, after, since } = range
  const instant = (iso: string) => `fromUnixTimestamp64Milli(${named('Int64', instantMs(iso))}, 'UTC')`
  const of = [`project = ${named('String', project)}`]
  // An id begins with the time of its line: this is what the order of the table is searched by.
  if (from !== undefined) of.push(`at >= ${instant(from)}`, `id >= ${named('String', timePart(instantMs(from)))}`)
  if (to !== undefined) of.push(`at < ${instant(to)}`, `id < ${named('String', timePart(instantMs(to)))}`)
  if (before !== undefined) of.push(`id < ${named('String', before)}`)
  if (after !== undefined) of.push(`id > ${named('String', after)}`)
  if (since !== undefined)
    of.push(
      `arrived > fromUnixTimestamp64Milli(${named('Int64', Number(since))}, 'UTC')`,
      `id >= ${named('String', timePart(Number(since) - latestNewsMs))}`,
    )
  if (compiled.match !== null) of.push(indexed(compiled.match, named))
  return { sql: of.join(' and '), values }
}

function indexed(term: IndexTerm, named: (type: string, value: unknown) => string): string {
  switch (term.kind) {
    case 'word':
      return `hasAllTokens(words, ${named('Array(String)', [term.word])})`
    case 'start':
      return `position(words, ${named('String', term.start)}) > 0`
    case 'and':
    case 'or': {
      const words = term.of.flatMap(of => (of.kind === 'word' ? [of.word] : []))
      const others = term.of.filter(of => of.kind !== 'word').map(of => indexed(of, named))
      const all = term.kind === 'and' ? 'hasAllTokens' : 'hasAnyTokens'
      const found = words.length > 0 ? [`${all}(words, ${named('Array(String)', words)})`, ...others] : others
      return `(${found.join(` ${term.kind} `)})`
    }
    case 'less':
      return `(${indexed(term.of, named)} and not (${term.less.map(of => indexed(of, named)).join(' or ')}))`
  }
}
