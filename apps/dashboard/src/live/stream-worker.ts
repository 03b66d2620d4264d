import { holdStream, type LiveNews } from './connection.ts'
import { openStream } from './open-stream.ts'

/** One stream for every page of this browser: with one each, the seventh page over HTTP/1.1 would not load. */
interface WorkerScope {
  onconnect: ((event: MessageEvent) => void) | null
}
const scope = self as unknown as WorkerScope
const pages = new Set<MessagePort>()
let held: ReturnType<typeof holdStream> | null = null
let status: LiveNews | null = null

const tell = (news: LiveNews) => {
  if (news.kind !== 'event' && news.kind !== 'gap') status = news
  for (const page of pages) page.postMessage(news)
  if (news.kind === 'signed-out') held = null
}

const hold = () => holdStream({ open: openStream, tell, now: Date.now, random: Math.random })

scope.onconnect = ({ ports: [page] }) => {
  if (!page) return
  pages.add(page)
  page.onmessage = ({ data }) => {
    if (data === 'bye') pages.delete(page)
    if (data === 'retry') held?.retry()
    if (pages.size === 0) {
      held?.stop()
      held = null
    }
  }
  if (held && status) page.postMessage(status)
  held ??= hold()
}
