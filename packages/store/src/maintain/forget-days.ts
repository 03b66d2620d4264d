import { goingDays } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import { dayOf, makeRoomFor, tablesByDay } from '../issue/days.ts'
import { amountsByDay, type DayAmount, daysOf, ownKinds } from '../keep/amounts.ts'

type Table = (typeof tablesByDay)[number]

const stepRows = 5_000

/** What is kept of the events of a project, and of what came beside them. */
export interface KeepDays {
  /** An instant: the days before go. */
  since: string
  /** What clients sent may take so much; null: any. */
  bytes: number | null
}

/** What went of a project. */
export interface Forgotten extends DayAmount {
  project: string
  why: 'age' | 'size'
}

/**
 * Forgets the days that are too old or too much, each as a whole: what it costs does not grow with what is in it. A day that one project
 * still keeps, or one that is not named, stays, without the rows of the others.
 */
export async function forgetDays(database: Database, keep: ReadonlyMap<string, KeepDays>): Promise<Forgotten[]> {
  const days = await daysKept(database)
  const tooMuch = new Map<string, Set<string>>()
  for (const [project, { since, bytes }] of keep)
    if (bytes !== null) {
      const kept = daysOf(await amountsByDay(database, project, null))
      const going = goingDays(kept, { since, bytes }).filter(({ why }) => why === 'size')
      tooMuch.set(project, new Set(going.map(({ day }) => day)))
    }
  const whyOf = (project: string, day: string): Forgotten['why'] | null => {
    const since = keep.get(project)?.since
    if (since !== undefined && isOver(day, since)) return 'age'
    return tooMuch.get(project)?.has(day) ? 'size' : null
  }
  const isOverForAny = (day: string) => [...keep.values()].some(({ since }) => isOver(day, since))
  const forgotten: Forgotten[] = []
  for (const day of days) {
    if (![...keep.keys()].some(project => whyOf(project, day) !== null)) continue
    const held = new Set((await Promise.all(tablesByDay.map(table => projectsIn(database, table, day)))).flat())
    const going = [...held].filter(project => whyOf(project, day) !== null)
    const amounts: Forgotten[] = []
    for (const project of going)
      for (const amount of await amountsByDay(database, project, [day]))
        amounts.push({ ...amount, project, why: whyOf(project, day) ?? 'age' })
    // The last two are written to: of today and tomorrow.
    if (going.length === held.size && (days.indexOf(day) < days.length - 2 || isOverForAny(day)))
      await dropDay(database, day)
    else
      for (const table of tablesByDay) for (const project of going) await forgetProject(database, table, day, project)
    forgotten.push(...amounts)
  }
  return forgotten
}

/** Items of these kinds, or sessions, of the days before `since`, where they are kept for less long than their events. */
export async function forgetOfDays(
  database: Database,
  project: string,
  { kind, since }: { kind: 'attachments' | 'spans' | 'sessions'; since: string },
): Promise<DayAmount[]> {
  const forgotten: DayAmount[] = []
  const table = kind === 'sessions' ? 'kept_sessions' : 'kept_items'
  for (const day of (await daysKept(database)).filter(day => isOver(day, since))) {
    const part = sql.table(`gantry.${partOf(table, day)}`)
    const own = kind === 'sessions' ? sql`true` : sql`kind = any(${ownKinds[kind]}::text[])`
    const bytes = kind === 'sessions' ? sql`0` : sql`octet_length(packed)`
    for (;;) {
      const { rows } = await sql<{ count: string; bytes: string | null }>`
        with gone as (
          delete from ${part} where ctid = any(array(
            select ctid from ${part} where project = ${project} and ${own} limit ${stepRows}))
          returning ${bytes} as bytes
        ) select count(*) as count, sum(bytes) as bytes from gone`.execute(database.kysely)
      const count = Number(rows[0]?.count ?? 0)
      if (count > 0)
        forgotten.push({ kind, day, count, bytes: kind === 'sessions' ? null : Number(rows[0]?.bytes ?? 0) })
      if (count < stepRows) break
    }
  }
  return forgotten
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
