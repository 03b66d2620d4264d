import { statfsSync } from 'node:fs'
import { DatabaseFault, diskFull } from './session.ts'

/**
 * What must be free for the embedded database to write: two segments of its log and some. When it cannot begin another
 * segment (16 MB) Postgres gives up as a whole; inside of this program that is a thread which never answers again. Seen with
 * PGlite on a file system of 160 MB.
 */
export const leastFreeBytes = 40 * 1024 * 1024

/**
 * Refuses a statement that writes while the file system has too little space; what only reads goes on.
 * Takes a few microseconds.
 * @throws DatabaseFault with the SQLSTATE of a full disk
 */
export function refuseWithoutSpace(dir: string, sql: string, least = leastFreeBytes): void {
  if (!writes.test(sql)) return
  const free = freeBytes(dir)
  if (free >= least) return
  const message = `expected ${least >> 20} MB free for the database in ${dir}, found ${Math.floor(free / 1024 / 1024)} MB`
  throw new DatabaseFault(message, diskFull, null)
}

const writes = /\b(insert|update|delete|merge|truncate|create|alter|drop|copy|vacuum|reindex|refresh)\b/i

/** Of the file system that holds it. A database in memory has no end here. */
function freeBytes(dir: string): number {
  try {
    const { bavail, bsize } = statfsSync(dir)
    return bavail * bsize
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
