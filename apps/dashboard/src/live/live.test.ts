import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { done, mounted, passes } from '../testing/page.ts'
import type { LiveNews } from './connection.ts'

const noon = Date.parse('2026-11-23T12:00:00Z')
const listening: (() => void)[] = []
let visibility: DocumentVisibilityState

beforeEach(() => {
  vi.useFakeTimers({ now: noon, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  visibility = 'visible'
  vi.stubGlobal('location', { pathname: '/p/shop/runs' })
  Object.defineProperty(document, 'visibilityState', { get: () => visibility, configurable: true })
  // What one test started must not hear what the next one does.
  for (const at of [document, window]) {
    const listen = at.addEventListener.bind(at)
    const remembered = (
      type: string,
      hear: EventListenerOrEventListenerObject,
      how?: boolean | AddEventListenerOptions,
    ) => {
      listen(type, hear, how)
      listening.push(() => at.removeEventListener(type, hear))
    }
    vi.spyOn(at, 'addEventListener').mockImplementation(remembered)
    if (at === window) vi.stubGlobal('addEventListener', remembered)
  }
})
afterEach(() => {
  for (const stop of listening.splice(0)) stop()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** The module holds one stream as long as the page is open; each test opens a page of its own. */
async function freshPage() {
  vi.resetModules()
  const [live, { queryClient }, session, now] = await Promise.all([
    import('./live.ts'),
    import('../api/query-client.ts'),
    import('../api/session.ts'),
    import('../ui/now.ts'),
  ])
  const asked = vi.spyOn(queryClient, 'invalidateQueries').mockResolvedValue()
  return { ...live, ...session, ...now, asked, keys: () => asked.mock.calls.map(([filter]) => filter?.queryKey) }
}

function becomes(next: DocumentVisibilityState): void {
  visibility = next
  done(() => void document.dispatchEvent(new window.Event('visibilitychange')))
}

/** A worker as the browser gives it to every page, with what the pages said to it. */
function sharedWorker() {
  const ports: { onmessage: ((event: { data: LiveNews }) => void) | null; said: unknown[] }[] = []
  vi.stubGlobal(
    'SharedWorker',
    class {
      readonly port
      constructor() {
        const said: unknown[] = []
        this.port = { onmessage: null, said, postMessage: (word: unknown) => void said.push(word) }
        ports.push(this.port)
      }
    },
  )
  return {
    ports,
    tells: (news: LiveNews) => done(() => ports.at(-1)?.onmessage?.({ data: news })),
    said: () => ports.map(({ said }) => said),
  }
}

const live = (aheadMs = 0): LiveNews => ({ kind: 'live', aheadMs })
const lost: LiveNews = { kind: 'lost', since: noon, retryAt: noon + 1_000 }
const runChanged: LiveNews = { kind: 'event', event: { topic: 'run', project: 'shop', key: 'r1' } as never }

test('the page says whether it is live, since when it is not, and when it tries again', async () => {
  const worker = sharedWorker()
  const page = await freshPage()
  page.startLive()
  const dot = mounted(page.useLive)
  expect(dot.now).toEqual({ state: 'connecting' })
  worker.tells(live())
  expect(dot.now).toEqual({ state: 'live' })
  worker.tells(lost)
  expect(dot.now).toEqual({ state: 'lost', since: noon, retryAt: noon + 1_000 })
  worker.tells(live())
  expect(dot.now).toEqual({ state: 'live' })
})

test('a beat of the server draws nothing anew, and sets the clock', async () => {
  const worker = sharedWorker()
  const page = await freshPage()
  page.startLive()
  const dot = mounted(page.useLive)
  worker.tells(live(1_000))
  worker.tells(live(5_000))
  expect([dot.drawn, page.serverNow()]).toEqual([2, noon + 5_000])
})

test('an event is asked about once it is a moment old, and heard by who listens until they stop', async () => {
  const worker = sharedWorker()
  const page = await freshPage()
  page.startLive()
  const heard: unknown[] = []
  const stop = page.onLive(event => heard.push(event.key))
  worker.tells(runChanged)
  worker.tells(runChanged)
  // The stream is shared by pages of several projects.
  worker.tells({ kind: 'event', event: { topic: 'run', project: 'blog', key: 'r9' } })
  expect([heard, page.keys()]).toEqual([['r1', 'r1'], []])
  await passes(20)
  expect(page.keys()).toEqual([['runs'], ['run', 'r1'], ['line']])
  stop()
  worker.tells(runChanged)
  expect(heard).toHaveLength(2)
})

test('a hidden page asks about what it heard when it is seen again', async () => {
  const worker = sharedWorker()
  const page = await freshPage()
  page.startLive()
  becomes('hidden')
  worker.tells(runChanged)
  await passes(5_000)
  expect(page.keys()).toEqual([])
  becomes('visible')
  expect(page.keys()).toEqual([['runs'], ['run', 'r1'], ['line']])
})

test('after a gap everything is out of date, also what one may do', async () => {
  const worker = sharedWorker()
  const page = await freshPage()
  page.startLive()
  worker.tells({ kind: 'gap' })
  expect(page.asked.mock.calls).toEqual([[]])
})

test('who may do what now is asked by the pages of every project', async () => {
  const worker = sharedWorker()
  const page = await freshPage()
  page.startLive()
  worker.tells({ kind: 'event', event: { topic: 'access', project: '@server', key: 'mia' } })
  await passes(20)
  expect(page.keys()).toContainEqual(['me'])
})

test('a session that is over is told to the shell', async () => {
  const worker = sharedWorker()
  const page = await freshPage()
  page.startLive()
  const shell = mounted(page.useIsSignedOut)
  worker.tells({ kind: 'signed-out' })
  expect(shell.now).toBe(true)
})

test('a person who does not want to wait says so to the worker, and a page that goes says goodbye', async () => {
  const worker = sharedWorker()
  const page = await freshPage()
  page.startLive()
  page.retryLive()
  dispatchOnPage('pagehide')
  expect(worker.said()).toEqual([['retry', 'bye']])
})

test('a page out of the back-forward cache takes hold of the worker again, and asks for all it may have missed', async () => {
  const worker = sharedWorker()
  const page = await freshPage()
  page.startLive()
  dispatchOnPage('pageshow', { persisted: false })
  expect([worker.ports.length, page.asked.mock.calls.length]).toEqual([1, 0])
  dispatchOnPage('pagehide')
  dispatchOnPage('pageshow', { persisted: true })
  expect([worker.ports.length, page.asked.mock.calls.length]).toEqual([2, 1])
  page.retryLive()
  expect(worker.said()).toEqual([['bye'], ['retry']])
  const dot = mounted(page.useLive)
  worker.tells(live())
  expect(dot.now).toEqual({ state: 'live' })
})

/** Streams that a browser without shared workers opens. */
function streams() {
  const open: { signal: AbortSignal; says(text: string): void; ends(): void }[] = []
  vi.stubGlobal('SharedWorker', undefined)
  vi.stubGlobal('fetch', async (path: string, { signal }: { signal: AbortSignal }) => {
    expect(path).toBe('/api/v1/stream')
    const { readable, writable } = new TransformStream<Uint8Array>()
    const writer = writable.getWriter()
    const says = (text: string) => void writer.write(new TextEncoder().encode(text))
    open.push({ signal, says, ends: () => void writer.close() })
    return new Response(readable)
  })
  return open
}
const hello = 'event: hello\ndata: {"at":"2026-11-23T12:00:03Z","lastId":"a-4"}\n\n'

test('without shared workers a page listens itself, and only while it is seen', async () => {
  const open = streams()
  const page = await freshPage()
  page.startLive()
  open[0]?.says(hello)
  await passes(1)
  expect(mounted(page.useLive).now).toEqual({ state: 'live' })
  expect(page.serverNow() - noon).toBeGreaterThanOrEqual(3_000)
  becomes('hidden')
  expect(open.map(({ signal }) => signal.aborted)).toEqual([true])
  expect(page.asked).not.toHaveBeenCalled()
  becomes('visible')
  expect([open.length, page.asked.mock.calls.length]).toEqual([2, 1])
  becomes('visible')
  expect(open).toHaveLength(2)
})

test('without shared workers it tries again at once when it is asked to', async () => {
  const open = streams()
  const page = await freshPage()
  page.startLive()
  const dot = mounted(page.useLive)
  open[0]?.ends()
  await passes(1)
  expect(dot.now.state).toBe('lost')
  page.retryLive()
  expect(open).toHaveLength(2)
})

test('a page that opens hidden listens when it is seen', async () => {
  const open = streams()
  visibility = 'hidden'
  const page = await freshPage()
  page.startLive()
  expect(open).toHaveLength(0)
  becomes('visible')
  expect(open).toHaveLength(1)
})

function dispatchOnPage(type: string, facts: object = {}): void {
  done(() => void window.dispatchEvent(Object.assign(new window.Event(type), facts)))
}
