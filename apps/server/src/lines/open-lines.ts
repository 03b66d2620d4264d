import type { LineStore } from '@gantry/core'
import { type DayFiles, type MovedLine, openClickHouseLines, openDayFiles } from '@gantry/lines'
import { type Database, lineStore } from '@gantry/store'
import { type Environment, isShared } from '../environment.ts'
import type { Home } from '../home/home.ts'

/** Where log lines go that are still in the database. */
export interface LinesMovedTo {
  moveIn(project: string, lines: readonly MovedLine[]): Promise<void>
}

export interface OpenedLines {
  lines: LineStore
  /** Null where lines are in no files. */
  dayFiles: DayFiles | null
  /** Null where the database is their place. */
  movedTo: LinesMovedTo | null
}

/**
 * A server on its own keeps lines in files of its data folder. Servers that work side by side keep them in their database: each
 * has to find what another took, and the disk of none of them has to outlive it. Both keep them in ClickHouse where one is named.
 * @throws GantryError LINES_UNREACHABLE
 */
export async function openLines(
  environment: Environment,
  home: Pick<Home, 'dir' | 'project'>,
  database: Database,
  now: () => Date,
): Promise<OpenedLines> {
  if (environment.clickhouseUrl !== null) {
    const lines = await openClickHouseLines(environment.clickhouseUrl)
    return { lines, dayFiles: null, movedTo: lines }
  }
  if (isShared(environment)) return { lines: lineStore(database), dayFiles: null, movedTo: null }
  const dayFiles = openDayFiles({ dir: home.dir, folderOf: project => home.project(project).lines, now })
  return { lines: dayFiles, dayFiles, movedTo: dayFiles }
}
