import { setTimeout as sleep } from 'node:timers/promises'
import { LogPage } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { one, query } from '../api/read.ts'
import type { Host } from '../host.ts'
import type { Output } from '../terminal/output.ts'
import type { LineSearch } from './line-search.ts'
import { printLines } from './print-lines.ts'

const followEveryMs = 500
/** Ids that were printed last: a server may tell of a line twice. */
const remembered = 10_000

/** Prints what comes in behind that page, until it is interrupted. */
export async function followLines(
  api: Api,
  { filter, columns }: LineSearch,
  first: LogPage,
  { host, output }: { host: Host; output: Output },
): Promise<void> {
  const stopped = new AbortController()
  const stopListening = host.onSignal(() => stopped.abort())
  let since = first.cursor
  const printed = new Set(first.lines.map(({ id }) => id))
  while (!stopped.signal.aborted) {
    await sleep(followEveryMs, undefined, { signal: stopped.signal }).catch(() => {})
    if (stopped.signal.aborted) break
    const page = await api.get(`/logs${query({ ...filter, since, histogram: 'false', limit: 5_000 })}`, one(LogPage))
    const lines = page.lines.filter(({ id }) => !printed.has(id))
    printLines(lines, columns, output)
    if (page.hasMore) output.note('more lines came than are shown: narrow the search')
    for (const { id } of lines) printed.add(id)
    for (const id of printed) {
      if (printed.size <= remembered) break
      printed.delete(id)
    }
    since = page.cursor
  }
  stopListening()
}
