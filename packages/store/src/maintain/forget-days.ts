import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import { dayOf, makeRoomFor, tablesByDay } from '../issue/days.ts'

type Table = (typeof tablesByDay)[number]

const stepRows = 5_000

/**
 * Forgets the days that are too old, each as a whole: what it costs does not grow with what is in it. `keepSince` is an
 * instant for each project. A day that one project still keeps, or one that is not named, stays, without the rows of the
 * others.
 */
export async function forgetDays(database: Database, keepSince: ReadonlyMap<string, string>): Promise<void> {
  const newest = [...keepSince.values()].toSorted().at(-1)
  if (newest === undefined) return
  for (const day of (await daysKept(database)).filter(day => isOver(day, newest))) {
    const held = await Promise.all(tablesByDay.map(table => projectsIn(database, table, day)))
    const old = new Set([...keepSince].flatMap(([project, since]) => (isOver(day, since) ? [project] : [])))
    if (held.flat().every(project => old.has(project))) await dropDay(database, day)
    else
      for (const [index, table] of tablesByDay.entries())
        for (const project of held[index] ?? [])
          if (old.has(project)) await forgetProject(database, table, day, project)
  }
}

/** Makes room for today and tomorrow, so that no report waits for it. */
export function makeRoomAhead(database: Database, now: Date): Promise<void> {
  const next = new Date(now.getTime() + 86_400_000)
  return makeRoomFor(
    database,
    [now, next].map(at => dayOf(at.toISOString())),
  )
}

/** Oldest first. */
export async function daysKept({ kysely }: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'gantry.kept_events'::regclass and relname ~ '_[0-9]{4}_[0-9]{2}_[0-9]{2}$' order by 1`.execute(
    kysely,
  )
  return rows.map(({ name }) => name.slice(-10).replaceAll('_', '-'))
}

export const partOf = (table: Table, day: string): string => `${table}_${day.replaceAll('-', '_')}`

/** Whether the last moment of the day lies before. */
const isOver = (day: string, since: string): boolean => day < dayOf(since)

/** Each is looked up behind the one before, which costs as much as there are projects, not rows. */
async function projectsIn({ kysely }: Database, table: Table, day: string): Promise<string[]> {
  const part = sql.table(`gantry.${partOf(table, day)}`)
  const { rows } = await sql<{ project: string }>`
    with recursive held as (
      (select project from ${part} order by project limit 1)
      union all
      select (select project from ${part} where project > held.project order by project limit 1) from held
      where held.project is not null
    )
    select project from held where project is not null`.execute(kysely)
  return rows.map(({ project }) => project)
}

/** Whoever reads the tables for long keeps it from being dropped: then it is tried again the next time. */
async function dropDay(database: Database, day: string): Promise<void> {
  await database.transaction(async transaction => {
    await sql`set local lock_timeout = '5s'`.execute(transaction)
    for (const table of tablesByDay)
      await sql`drop table ${sql.table(`gantry.${partOf(table, day)}`)}`.execute(transaction)
  })
}

async function forgetProject({ kysely }: Database, table: Table, day: string, project: string): Promise<void> {
  const part = sql.table(`gantry.${partOf(table, day)}`)
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      delete from ${part} where ctid = any(array(
        select ctid from ${part} where project = ${project} limit ${stepRows}))`.execute(kysely)
    if (numAffectedRows < stepRows) return
  }
}
