import { chooseSpans, type KeptItem, type Store } from '@gantry/core'
import { type ReadSpan, spansIn } from '@gantry/ingest'

/** As many as a screen shows at once. */
const mostShown = 10_000
/** More are counted by what their items say of themselves, and not read. */
const mostRead = 20_000
const mostItems = 5_000
const mostBytes = 64 * 1024 * 1024
const bytesAtOnce = 8 * 1024 * 1024

interface Kept {
  project: string
  traceId: string
  items: Pick<Store['items'], 'list' | 'contents'>
}

/** The spans that are kept of a trace: those to be shown, and how many are left out. */
export async function spansOfTrace(kept: Kept): Promise<{ spans: ReadSpan[]; leftOut: number }> {
  const { read, unread } = await readSpans(kept)
  const shown = new Set<unknown>(chooseSpans(read, mostShown))
  const spans = read.filter(span => shown.has(span))
  return { spans, leftOut: read.length - spans.length + unread }
}

/** Null: it is not kept. */
export async function spanOfTrace(kept: Kept, id: string): Promise<ReadSpan | null> {
  return (await readSpans(kept)).read.find(span => span.id === id) ?? null
}

async function readSpans({ project, traceId, items }: Kept): Promise<{ read: ReadSpan[]; unread: number }> {
  const listed = await items.list(project, { traceId, limit: mostItems })
  const open = listed.filter(({ kind }) => kind === 'span' || kind === 'transaction').toReversed()
  const read: ReadSpan[] = []
  let bytes = 0
  while (open.length > 0 && read.length < mostRead && bytes < mostBytes) {
    const batch = nextOf(open)
    const contents = await items.contents(
      project,
      batch.map(({ id }) => id),
    )
    for (const item of batch) {
      const content = contents.get(item.id)
      if (content === undefined) continue
      bytes += content.length
      for (const span of spansIn(item, content)) read.push(span)
    }
  }
  const unread = open.reduce((sum, item) => sum + countOf(item), 0) + Math.max(0, read.length - mostRead)
  return { read: read.slice(0, mostRead), unread }
}

/** Takes the first ones out of the list, as many as may be in memory at once; always one. */
function nextOf(open: KeptItem[]): KeptItem[] {
  let bytes = 0
  const end = open.findIndex((item, index) => {
    bytes += item.size
    return index > 0 && bytes > bytesAtOnce
  })
  return open.splice(0, end === -1 ? open.length : end)
}

const countOf = ({ kind, facts: { spans } }: KeptItem): number =>
  (typeof spans === 'number' ? spans : 0) + (kind === 'transaction' ? 1 : 0)
