import type { IssueTerm } from '@gantry/core'
import { type RawBuilder, sql } from 'kysely'
import { titleLabel } from './issue-labels.ts'
import { traceNumber, userNumber } from './packed-event.ts'
import { sha256 } from './sha256.ts'

type Condition = RawBuilder<boolean>

/** How it is asked whether a row of an issue matches: the one there is, or any of its parts. */
export interface Ways {
  any(holds: (column: (name: string) => RawBuilder<unknown>) => RawBuilder<unknown>): Condition
  /** Ids of rows. */
  within(ids: RawBuilder<unknown>): Condition
  firstRelease: RawBuilder<unknown>
}

/** Of an issue that is one row: nothing but that row is looked at, so that a page of them is found without reading the others. */
export const ofOneRow: Ways = {
  any: holds => sql<boolean>`${holds(name => sql.ref(`issues.${name}`))}`,
  within: ids => sql<boolean>`issues.id in (${ids})`,
  firstRelease: sql`issues.first_release`,
}

export const ofItsParts = (project: string): Ways => ({
  any: holds => sql<boolean>`issues.id in (
    select coalesce(found.part_of, found.id) from gantry.issues as found where found.project = ${project} and ${holds(
      name => sql.ref(`found.${name}`),
    )})`,
  within: ids => sql<boolean>`issues.id in (
    select coalesce(found.part_of, found.id) from gantry.issues as found where found.id in (${ids}))`,
  firstRelease: sql`(select whole.first_release from gantry.issues as whole
    where whole.id = issues.id or whole.part_of = issues.id order by whole.first_seen limit 1)`,
})

/** Holds for the issues of a project that match. `issues` is the row of the issue itself, `parts` what its parts add to it. */
export function matchingIssues(project: string, term: IssueTerm, ways: Ways): Condition {
  const { any, within } = ways
  switch (term.kind) {
    case 'and':
    case 'or':
      return joined(
        term.of.map(of => matchingIssues(project, of, ways)),
        term.kind,
      )
    case 'not':
      return sql`not ${matchingIssues(project, term.of, ways)}`
    case 'number':
      return any(column => sql`${column('number')} = ${term.number}`)
    case 'state':
      return sql`issues.state = ${term.state}`
    case 'level':
      return sql`issues.level = any(${term.levels}::text[])`
    case 'text':
      return textIn(project, term.pattern, ways)
    case 'user':
      return within(sql`select issue_id from gantry.issue_people where person_hash = ${sha256(term.user)}
        union all select issue_id from gantry.issue_user_names where project = ${project} and name = ${userNumber(term.user)}`)
    case 'event':
      return within(sql`select issue_id from gantry.kept_events where project = ${project} and id = ${term.id}`)
    case 'trace':
      return within(
        sql`select issue_id from gantry.kept_events where project = ${project} and trace = ${traceNumber(term.id)}`,
      )
    case 'label':
      return within(sql`select issue_id from gantry.issue_labels where project = ${project} and name = ${term.name}
        and ${like(sql`lower(value)`, term.pattern)}`)
    case 'phase':
    case 'assigned':
    case 'count':
    case 'seen':
      return ofIssue(term)
    case 'field':
      return fieldIs(project, term, ways)
  }
}

type Of<Kind extends IssueTerm['kind']> = Extract<IssueTerm, { kind: Kind }>

const joined = (conditions: Condition[], word: 'and' | 'or'): Condition =>
  sql`(${sql.join(conditions, word === 'and' ? sql` and ` : sql` or `)})`

function textIn(project: string, pattern: string, { any, within }: Ways): Condition {
  const part = likePattern(`*${pattern}*`)
  const titles = sql`select issue_id from gantry.issue_labels where project = ${project} and name = ${titleLabel}
    and lower(value) like ${part}`
  // ILIKE would make the pattern small for each row anew.
  const isHeld = any(
    column =>
      sql`(lower(${column('title')}) like ${part} or coalesce(lower(${column('culprit')}) like ${part}, false))`,
  )
  return sql`(${isHeld} or ${within(titles)})`
}

function ofIssue(term: Of<'phase' | 'assigned' | 'count' | 'seen'>): Condition {
  if (term.kind === 'seen') {
    const at = term.which === 'first' ? sql`least(issues.first_seen, parts.first_seen)` : lastSeen
    return joined(
      [
        term.from === null ? sql`true` : sql`${at} >= ${term.from}`,
        term.to === null ? sql`true` : sql`${at} < ${term.to}`,
      ],
      'and',
    )
  }
  if (term.kind === 'count') {
    const sum =
      term.name === 'events'
        ? sql`issues.events + coalesce(parts.events, 0)`
        : sql`issues.people + coalesce(parts.people, 0)`
    return joined(
      [
        term.least === null ? sql`true` : sql`${sum} >= ${term.least}`,
        term.most === null ? sql`true` : sql`${sum} <= ${term.most}`,
      ],
      'and',
    )
  }
  if (term.kind === 'assigned') {
    const { to } = term
    if (to.who === 'anybody') return sql`issues.assignee is not null`
    if (to.who === 'person') return sql`coalesce(issues.assignee->>'person' = ${to.person}, false)`
    return sql`coalesce(${like(sql`lower(issues.assignee->>'name')`, to.pattern)}, false)`
  }
  const isRegressed = sql<boolean>`coalesce(issues.regressed_at >= ${term.freshSince}, false)`
  const isNew = sql<boolean>`least(issues.first_seen, parts.first_seen) >= ${term.freshSince}`
  if (term.phase === 'regressed') return sql`(issues.state = 'open' and ${isRegressed})`
  if (term.phase === 'new') return sql`(issues.state = 'open' and not ${isRegressed} and ${isNew})`
  return sql`(issues.state = 'open' and not ${isRegressed} and not ${isNew})`
}

export const lastSeen = sql<string>`greatest(issues.last_seen, parts.last_seen)`

function fieldIs(project: string, { name, pattern }: Of<'field'>, { any, within, firstRelease }: Ways): Condition {
  if (name === 'release')
    return within(
      sql`select issue_id from gantry.issue_releases where project = ${project} and ${like(sql`release`, pattern, false)}`,
    )
  if (name === 'environment')
    return any(
      column =>
        sql`exists (select from unnest(${column('environments')}) as one where ${like(sql`lower(one)`, pattern)})`,
    )
  if (name === 'first_release') return sql`coalesce(${like(firstRelease, pattern, false)}, false)`
  return any(column => sql`coalesce(${like(sql`lower(${column(name)})`, pattern)}, false)`)
}

/** Whether a text is there, and as the pattern says. Without `*` it is compared as a whole, by an index where there is one. */
function like(text: RawBuilder<unknown>, pattern: string | null, isLower = true): Condition {
  if (pattern === null) return sql`${text} is not null`
  const wanted = isLower ? pattern.toLowerCase() : pattern
  return wanted.includes('*') ? sql`lower(${text}) like ${likePattern(wanted)}` : sql`${text} = ${wanted}`
}

/** `*` is any text; what LIKE takes for more than itself is escaped. */
const likePattern = (pattern: string): string =>
  pattern
    .toLowerCase()
    .replace(/[\\%_]/g, '\\$&')
    .replace(/\*+/g, '%')
