import { DatabaseSync } from 'node:sqlite'
import { openToRead } from './day-file.ts'
import { countSteps } from './schema.ts'

/** Writes a whole file beside one that is written to. */
export function copyDay(path: string, to: string): void {
  const database = new DatabaseSync(path)
  try {
    database.prepare('vacuum into ?').run(to)
  } finally {
    database.close()
  }
}

/** How many lines a file holds, by what was counted while they were written. */
export function linesOf(path: string): number {
  const database = openToRead(path)
  if (database === null) return 0
  try {
    const row = database.prepare('select sum(lines) as lines from counts where step = ?').get(Math.max(...countSteps))
    return Number(row?.['lines'] ?? 0)
  } finally {
    database.close()
  }
}
