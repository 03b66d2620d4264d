import type { LogLine } from '@gantry/core/api'
import { get } from '../api/client.ts'
import { ofProject } from '../project/current-project.ts'

interface LogPage {
  lines: LogLine[]
  hasMore: boolean
}

/** Pages that are asked for before the one in front of them has come: the server reads the next while this one is drawn. */
const ahead = 3

/**
 * What is stored of a job's output behind a line, page by page, in order. Lines are counted from 1 without gaps, so where
 * the next pages begin is known from the length of the first; where that does not hold, one follows the other.
 */
export async function* logPages(
  run: string,
  job: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<LogLine[]> {
  const ask = (from: number) => {
    const path = `/runs/${encodeURIComponent(run)}/jobs/${encodeURIComponent(job)}/log?after=${from}`
    const page = get<LogPage>(ofProject(path), signal)
    // One that is not waited for any more must not count as unhandled.
    page.catch(() => {})
    return page
  }
  let at = after
  let asked = [ask(at)]
  for (;;) {
    const page = await asked.shift()
    if (!page) return
    const last = page.lines.at(-1)
    if (last) yield page.lines
    if (!last || !page.hasMore) return
    const isGapless = last.seq === at + page.lines.length
    at = last.seq
    if (!isGapless) asked = []
    for (let count = asked.length; count < (isGapless ? ahead : 1); count++)
      asked.push(ask(at + count * page.lines.length))
  }
}
