import type { LineStore } from '@gantry/core'
import { type DayFiles, openDayFiles } from '@gantry/lines'
import { type Database, lineStore } from '@gantry/store'
import { type Environment, isShared } from '../environment.ts'
import type { Home } from '../home/home.ts'

export interface OpenedLines {
  lines: LineStore
  /** Null where servers share their lines. */
  dayFiles: DayFiles | null
}

/**
 * A server on its own keeps lines in files of its data folder. Servers that work side by side keep them in their database: each
 * has to find what another took, and the disk of none of them has to outlive it.
 */
export function openLines(
  environment: Environment,
  home: Pick<Home, 'dir' | 'project'>,
  database: Database,
  now: () => Date,
): OpenedLines {
  if (isShared(environment)) return { lines: lineStore(database), dayFiles: null }
  const dayFiles = openDayFiles({ dir: home.dir, folderOf: project => home.project(project).lines, now })
  return { lines: dayFiles, dayFiles }
}
