import type { Migration, StatementVerdict } from '@gantry/core'
import type { MigrationScript } from '../migration-script.ts'
import { sqlStatements } from '../sql-tokens.ts'
import { acceptedIn } from './accepted.ts'
import { type Ast, opened } from './ast.ts'
import { type Finding, graver, unknown } from './finding.ts'
import { loadParser, type ParsedStatement, type Parser, SyntaxFault } from './parser.ts'
import { anything, partsOf, selected, textMade } from './plpgsql.ts'
import { remember } from './remember.ts'
import { emptyMemory, endOf, type Moment, momentAfter } from './schema-memory.ts'
import { thingsMade } from './thing.ts'
import type { Within } from './verb.ts'
import { verbs } from './verbs.ts'

/**
 * What each statement of each migration does to a release that knows the migrations before it, read by the parser of
 * Postgres. Judged without a database: what earlier migrations of the list made is known, nothing else.
 *
 * @example (await judgeMigrations([{ version: '1', name: 'a', sql: 'alter table sites drop column body' }]))[0]?.effect // 'contract'
 */
export async function judgeMigrations(scripts: readonly MigrationScript[]): Promise<Migration[]> {
  const parser = await loadParser()
  let known = emptyMemory()
  const judged = new Map<MigrationScript, Migration>()
  for (const script of scripts.toSorted((a, b) => (a.version < b.version ? -1 : 1))) {
    const statements = statementsOf(parser, script.sql)
    const moment = momentAfter(known, new Set(statements.flatMap(({ type, body }) => thingsMade(type, body))))
    const verdicts = statements.map(statement => verdictOf(statement, script.sql, moment, withinOf(parser)))
    known = endOf(moment)
    const { version, name, sql } = script
    judged.set(script, { version, name, sql, effect: verdicts.toSorted(graver)[0]?.class ?? 'expand', verdicts })
  }
  return scripts.flatMap(script => judged.get(script) ?? [])
}

interface Statement extends ParsedStatement {
  /** Set where the parser does not know it: then `type` is empty. */
  fault: string | null
}

/** Where the parser refuses the file, its statements one by one: what can be read is judged. */
function statementsOf(parser: Parser, sql: string): Statement[] {
  try {
    return parser.script(sql).map(statement => ({ ...statement, fault: null }))
  } catch (cause) {
    if (!(cause instanceof SyntaxFault)) throw cause
  }
  let from = 0
  return sqlStatements(sql).flatMap(({ text, noted }): Statement[] => {
    const start = sql.indexOf(noted, from)
    from = start + noted.length
    const place = { start, end: from }
    try {
      return parser.script(text).map(statement => ({ ...statement, ...place, fault: null }))
    } catch (cause) {
      if (!(cause instanceof SyntaxFault)) throw cause
      return [{ type: '', body: {}, ...place, fault: cause.message }]
    }
  })
}

function verdictOf(statement: Statement, sql: string, moment: Moment, within: Within): StatementVerdict {
  const { type, body, fault, start, end } = statement
  const { line, text, accepted } = acceptedIn(sql, start, end)
  const findings = fault === null ? judge(type, body, moment, within) : [unknown(`cannot be read: ${fault}`)]
  const sorted = findings.toSorted(graver)
  const [gravest = { class: 'expand', isSafe: true, why: 'only adds', instead: null } satisfies Finding] = sorted
  const told = sorted.filter(each => each.isSafe === gravest.isSafe)
  return {
    class: gravest.class,
    isSafe: gravest.isSafe,
    line,
    statement: shortened(text),
    why: [...new Set(told.map(({ why }) => why))].join('; ').replaceAll(anything, '…') || gravest.why,
    instead: told.find(({ instead }) => instead !== null)?.instead?.replaceAll(anything, '…') ?? null,
    accepted,
  }
}

function judge(type: string, body: Ast, moment: Moment, within: Within): Finding[] {
  const verb = verbs[type]
  const findings = verb ? verb(body, moment, within) : [unknown(`is of a kind Gantry does not judge (${type})`)]
  remember(type, body, moment)
  return findings
}

function withinOf(parser: Parser): Within {
  const within: Within = {
    node: (node, moment) => {
      const { type, body } = opened(node)
      return type === '' ? [] : judge(type, body, moment, within)
    },
    sql(text, moment, language = 'sql') {
      if (text.trim() === '') return []
      if (language === 'sql') return scriptWithin(text, moment)
      if (language !== 'plpgsql') return [unknown(`runs code in ${language}`)]
      const tree = parser.body(text)
      if (tree === null) return [unknown('has a body that cannot be read')]
      return partsOf(tree).flatMap(part =>
        part.kind === 'statement' ? scriptWithin(part.text, moment) : executed(part.text, moment),
      )
    },
  }
  const scriptWithin = (text: string, moment: Moment): Finding[] => {
    try {
      return parser.script(text).flatMap(({ type, body }) => judge(type, body, moment, within))
    } catch (cause) {
      if (!(cause instanceof SyntaxFault)) throw cause
      return [unknown(`holds what cannot be read: ${cause.message}`)]
    }
  }
  const executed = (expression: string, moment: Moment): Finding[] => {
    const text = textOfExpression(parser, expression)
    return text === null ? [unknown('executes text that is made while it runs')] : scriptWithin(text, moment)
  }
  return within
}

function textOfExpression(parser: Parser, expression: string): string | null {
  try {
    const [query] = parser.script(`select ${expression}`)
    return query ? textMade(selected(query.body)) : null
  } catch (cause) {
    if (!(cause instanceof SyntaxFault)) throw cause
    return null
  }
}

const longestStatement = 240
function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= longestStatement ? line : `${line.slice(0, longestStatement - 1)}…`
}
