import { children, everyNode, qualified, strings } from './ast.ts'
import { type Finding, unknown } from './finding.ts'
import type { Moment } from './schema-memory.ts'
import type { Within } from './verb.ts'

/** What the functions do that a query calls: those that migrations made are looked into, those of Postgres change nothing. */
export function callsOf(root: unknown, moment: Moment, within: Within): Finding[] {
  const names = new Set(everyNode(root, 'FuncCall').map(call => qualified(strings(children(call, 'funcname')))))
  return [...names].flatMap(name => callOf(name, moment, within))
}

export function callOf(name: string, moment: Moment, within: Within): Finding[] {
  if (moment.inside.includes(name)) return []
  const found = moment.made.functions.get(name) ?? moment.known.functions.get(name)
  if (!found) return isOfPostgres(name) ? [] : [unknown(`runs ${name}(), whose text is in no migration`)]
  const deeper = { ...moment, inside: [...moment.inside, name] }
  const findings = [
    ...found.statements.flatMap(statement => within.node(statement, deeper)),
    ...within.sql(found.body, deeper, found.language),
  ]
  return findings.map(finding => ({ ...finding, why: `runs ${name}(), which ${finding.why}` }))
}

/** By name, for the text is all there is. What ends connections or reads files is none of them. */
function isOfPostgres(name: string): boolean {
  const plain = name.replace(/^pg_catalog\./, '')
  return (
    !plain.includes('.') &&
    !/^pg_(terminate|cancel|promote|reload|rotate|read|write|file|drop)/.test(plain) &&
    ofPostgres.test(plain)
  )
}

const ofPostgres =
  /^(pg_|jsonb?_|array_|string_|regexp_|to_|current_|has_|date_|make_|generate_|row_|quote_|ts_|set_|get_|xml|now$|clock_timestamp$|statement_timestamp$|timezone$|age$|extract$|count$|sum$|min$|max$|avg$|bool_(and|or)$|every$|length$|char_length$|octet_length$|lower$|upper$|initcap$|[lr]?trim$|btrim$|[lr]pad$|left$|right$|replace$|substr$|substring$|split_part$|strpos$|position$|reverse$|repeat$|translate$|concat$|concat_ws$|format$|md5$|sha(224|256|384|512)$|encode$|decode$|digest$|gen_random_(uuid|bytes)$|uuid|random$|unnest$|rank$|dense_rank$|lag$|lead$|first_value$|last_value$|round$|floor$|ceil(ing)?$|abs$|mod$|power$|sqrt$|sign$|trunc$|ln$|log$|exp$|nextval$|currval$|lastval$|setval$|version$|coalesce$|nullif$|greatest$|least$|num_nulls$|num_nonnulls$|cardinality$|lpad$|rpad$|overlay$|ascii$|chr$|mode$|percentile_|width_bucket$|hashtext$|col_description$|obj_description$|to$)/
