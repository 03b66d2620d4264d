import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { dayMs, dayStart } from './position.ts'

/** Days of which a folder has files, oldest first. */
export function daysIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .flatMap(name => /^(\d{4}-\d\d-\d\d)\.db$/.exec(name)?.[1] ?? [])
    .sort()
}

export const fileOf = (folder: string, day: string): string => join(folder, `${day}.db`)

const partsOf = (path: string) => [path, `${path}-wal`, `${path}-shm`]

export function removeDay(folder: string, day: string): void {
  for (const path of partsOf(fileOf(folder, day))) rmSync(path, { force: true })
}

/** What a day takes on disk. */
export function bytesOf(folder: string, day: string): number {
  return partsOf(fileOf(folder, day)).reduce(
    (sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
}

export const dayEnd = (day: string): number => dayStart(day) + dayMs
