import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LogLevel } from '@gantry/core'
import { making, merging, schema, writing } from './schema.ts'

/** What a line says of where it is from; a few for millions of lines. */
export interface Label {
  service: string
  environment: string
  release: string | null
  level: LogLevel
}

export interface LabelRow {
  id: number
  service: string
  environment: string
  release: string
  level: number
}

/** Opens the file of a day to write; makes it when it is not there. */
export function openToWrite(path: string): DatabaseSync {
  const isNew = !existsSync(path)
  if (isNew) mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const database = new DatabaseSync(path)
  try {
    if (isNew) database.exec(making)
    database.exec(writing)
    database.exec(`begin immediate; ${schema} commit`)
    database.exec(merging)
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}

/**
 * Opens the file of a day to read. Null: nothing is in it yet, as whoever made it was killed, or found no room, before its tables
 * were there.
 */
export function openToRead(path: string): DatabaseSync | null {
  const database = new DatabaseSync(path)
  try {
    database.exec('pragma query_only = 1; pragma busy_timeout = 2000')
    // `meta` is the last of the schema, and all of it is there or none.
    if (database.prepare("select 1 from sqlite_schema where name = 'meta'").get()) return database
  } catch (cause) {
    database.close()
    throw cause
  }
  database.close()
  return null
}

export const labelOf = ({ service, environment, release, level }: LabelRow): Label => ({
  service,
  environment,
  release: release === '' ? null : release,
  level: LogLevel.options[level] ?? 'info',
})
