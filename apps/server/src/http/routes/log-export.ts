import { type LineRange, type LineStore, mostExportedLines, type ServiceLine } from '@gantry/core'

const atOnce = 2_000

/** The lines of a range, oldest first, page by page: whoever reads slowly holds one page. No more than `most` of them. */
export async function* everyLine(
  store: Pick<LineStore, 'search'>,
  project: string,
  range: LineRange,
  most: number = mostExportedLines,
): AsyncGenerator<ServiceLine[]> {
  let left = most
  for (let after = ''; left > 0; ) {
    const limit = Math.min(atOnce, left)
    const { lines, hasMore, searchedBackTo } = await store.search(project, { ...range, after, limit })
    yield lines
    if (!hasMore) return
    left -= lines.length
    after = searchedBackTo ?? lines.at(-1)?.id ?? after
  }
}

export async function* ndjsonOf(pages: AsyncIterable<ServiceLine[]>): AsyncGenerator<string> {
  for await (const lines of pages) yield lines.map(line => `${JSON.stringify(line)}\n`).join('')
}

const columns = ['at', 'level', 'environment', 'service', 'release', 'trace', 'message'] as const

/** RFC 4180. What a line has beside its columns is JSON in the last one. */
export async function* csvOf(pages: AsyncIterable<ServiceLine[]>): AsyncGenerator<string> {
  yield `${[...columns, 'fields'].join()}\r\n`
  for await (const lines of pages) yield lines.map(csvLine).join('')
}

const csvLine = (line: ServiceLine): string =>
  `${[...columns.map(name => line[name] ?? ''), JSON.stringify(line.fields)].map(quoted).join()}\r\n`

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
