import { statSync } from 'node:fs'
import { countDays } from '../file/count-days.ts'
import { openToRead } from '../file/day-file.ts'
import { bytesOf, daysIn, fileOf } from '../file/day-folder.ts'
import { facetsOfDays } from '../file/facets-of-days.ts'
import { copyDay, linesOf } from '../file/lines-of-day.ts'
import { DayReader } from '../file/read-day.ts'
import { findLine, type SearchedDays, searchDays } from '../file/search-days.ts'
import type { Acts } from './asks.ts'

const mostOpen = 48

interface OpenDay {
  reader: DayReader
  /** A day that was deleted and began anew is another file of the same name. */
  inode: number | undefined
}

/** Reads the files of days. */
export class DayFileReading {
  readonly #open = new Map<string, OpenDay>()

  search({ folder, project, search }: Acts['search']['ask']): Acts['search']['answer'] {
    return searchDays(this.#days(folder, project), search)
  }

  find({ folder, project, line }: Acts['find']['ask']): Acts['find']['answer'] {
    return findLine(this.#days(folder, project), line)
  }

  histogram({ folder, range, barMs }: Acts['histogram']['ask']): Acts['histogram']['answer'] {
    return countDays(this.#days(folder), range, barMs)
  }

  facets({ folder, range }: Acts['facets']['ask']): Acts['facets']['answer'] {
    return facetsOfDays(this.#days(folder), range)
  }

  kept({ folder }: Acts['kept']['ask']): Acts['kept']['answer'] {
    return daysIn(folder).map(day => {
      return { day, lines: linesOf(fileOf(folder, day)), bytes: bytesOf(folder, day) }
    })
  }

  copy({ folder, day, to }: Acts['copy']['ask']): null {
    copyDay(fileOf(folder, day), to)
    return null
  }

  close(): void {
    for (const { reader } of this.#open.values()) reader.close()
    this.#open.clear()
  }

  /** Files that are gone are let go of, so that their space is given back. */
  #days(folder: string, project = ''): SearchedDays {
    const days = daysIn(folder)
    const paths = new Set(days.map(day => fileOf(folder, day)))
    for (const path of this.#open.keys()) if (path.startsWith(`${folder}/`) && !paths.has(path)) this.#close(path)
    return { project, days, open: day => this.#reader(fileOf(folder, day), day) }
  }

  #reader(path: string, day: string): DayReader | null {
    const inode = statSync(path, { throwIfNoEntry: false })?.ino
    const known = this.#open.get(path)
    if (known && known.inode === inode) return known.reader
    if (known) this.#close(path)
    const database = openToRead(path)
    if (database === null) return null
    const [oldest] = this.#open.keys()
    if (this.#open.size >= mostOpen && oldest !== undefined) this.#close(oldest)
    const reader = new DayReader(database, day)
    this.#open.set(path, { reader, inode })
    return reader
  }

  #close(path: string): void {
    this.#open.get(path)?.reader.close()
    this.#open.delete(path)
  }
}
