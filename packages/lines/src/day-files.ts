import { instantMs, instantOf, type LineStore, type NewLine } from '@gantry/core'
import { dayOf } from './file/position.ts'
import type { MovedLine } from './moved-line.ts'
import { NewestArrivals } from './newest-arrivals.ts'
import { lineThread } from './thread/ask-thread.ts'

/** The writer counts one on for each write within a millisecond. */
const clockMs = 1_000

export interface DayFilesParts {
  /** A folder that is there, on the disk that the lines are written to. */
  dir: string
  /** Where the files of a project are. */
  folderOf(project: string): string
  now(): Date
}

export interface DayFiles extends LineStore {
  /**
   * Takes lines of a project that lived elsewhere: each time the newest that are there, in any number. They may be removed there
   * when it answers; taken again before that, they are here once all the same.
   */
  moveIn(project: string, lines: readonly MovedLine[]): Promise<void>
  /** A whole copy of the file of a day, as it is now. */
  copy(project: string, day: string, to: string): Promise<void>
}

/** Log lines in a file for each project and day: what is old goes as a file, and not line by line. */
export function openDayFiles({ dir, folderOf, now }: DayFilesParts): DayFiles {
  const writer = lineThread(dir)
  const reader = lineThread(dir)
  // What comes from now on is new to whoever asks before anything was written.
  let cursor = now().getTime() - 1
  const arrivals = new Map<string, NewestArrivals>()
  const startedMs = cursor
  const arrivalsOf = (project: string): NewestArrivals => {
    const known = arrivals.get(project) ?? new NewestArrivals(startedMs)
    arrivals.set(project, known)
    return known
  }
  const write = async (project: string, own: readonly NewLine[]) => {
    const arrived = arrivalsOf(project).coming(own)
    let stamp: number | null = null
    try {
      stamp = await writer.ask('append', { folder: folderOf(project), lines: own })
      cursor = Math.max(cursor, stamp)
    } finally {
      // Where one day fails those of others are written all the same, by now; its clock may be a little ahead of this one.
      arrived(stamp ?? Math.max(cursor, now().getTime()) + clockMs)
    }
  }
  return {
    async append(lines) {
      const parts = Map.groupBy(lines, ({ project }) => project)
      await Promise.all([...parts].map(([project, own]) => write(project, own)))
    },
    async search(project, search) {
      const known = String(cursor)
      const { since, from = instantOf(0) } = search
      const earliest = since === undefined ? undefined : arrivalsOf(project).since(Number(since), now().getTime())
      if (earliest === null) return { lines: [], hasMore: false, searchedBackTo: null, cursor: known }
      const narrowed =
        earliest !== undefined && earliest > instantMs(from) ? { ...search, from: instantOf(earliest) } : search
      const found = await reader.ask('search', { folder: folderOf(project), project, search: narrowed })
      return { ...found, cursor: known }
    },
    find: (project, id) => reader.ask('find', { folder: folderOf(project), project, line: id }),
    histogram: (project, range, barMs) => reader.ask('histogram', { folder: folderOf(project), range, barMs }),
    facets: (project, range) => reader.ask('facets', { folder: folderOf(project), range }),
    forget: (project, days) => writer.ask('forget', { folder: folderOf(project), days }),
    kept: project => reader.ask('kept', { folder: folderOf(project) }),
    async moveIn(project, moved) {
      for (const [day, own] of Map.groupBy(moved, ({ line }) => dayOf(Date.parse(line.at))))
        await writer.ask('moveIn', { folder: folderOf(project), day, lines: own })
    },
    async copy(project, day, to) {
      await reader.ask('copy', { folder: folderOf(project), day, to })
    },
    async close() {
      await writer.stop()
      await reader.stop()
    },
  }
}
