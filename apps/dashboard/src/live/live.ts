import type { StreamEvent } from '@gantry/core/api'
import { useSyncExternalStore } from 'react'
import { queryClient } from '../api/query-client.ts'
import { signedOut } from '../api/session.ts'
import { currentProject } from '../project/current-project.ts'
import { setServerAhead } from '../ui/now.ts'
import { createRefresher, outdatedBy } from './apply.ts'
import { holdStream, type LiveNews } from './connection.ts'
import { openStream } from './open-stream.ts'

export type LiveStatus = { state: 'connecting' } | { state: 'live' } | { state: 'lost'; since: number; retryAt: number }

let status: LiveStatus = { state: 'connecting' }
const hearers = new Set<() => void>()
const listeners = new Set<(event: StreamEvent) => void>()
let askAgain: () => void = () => {}

const refresher = createRefresher({
  refetch: queryKey => queryClient.invalidateQueries({ queryKey }),
  later: (run, ms) => void setTimeout(run, ms),
  isVisible: () => document.visibilityState === 'visible',
})

/** Starts listening: through the shared worker, or, where a browser has none, while this page is visible. */
export function startLive(): void {
  document.addEventListener('visibilitychange', refresher.flush)
  if (typeof SharedWorker === 'function') shareStream()
  else ownStream()
}

/** Hears every event until the returned function is called; for logs, which are appended and never asked for anew. */
export function onLive(hear: (event: StreamEvent) => void): () => void {
  listeners.add(hear)
  return () => listeners.delete(hear)
}

export const retryLive = (): void => askAgain()

export const useLive = (): LiveStatus =>
  useSyncExternalStore(
    hear => {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    () => status,
  )

function shareStream(): void {
  const connect = () => {
    const { port } = new SharedWorker(new URL('./stream-worker.ts', import.meta.url), {
      type: 'module',
      name: 'gantry-live',
    })
    port.onmessage = ({ data }) => take(data)
    askAgain = () => port.postMessage('retry')
    addEventListener('pagehide', () => port.postMessage('bye'), { once: true })
  }
  connect()
  // A page that returns from the back-forward cache said goodbye before.
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return
    connect()
    take({ kind: 'gap' })
  })
}

function ownStream(): void {
  let held: ReturnType<typeof holdStream> | null = null
  const follow = () => {
    if (document.visibilityState === 'visible') {
      held ??= holdStream({ open: openStream, tell: take, now: Date.now, random: Math.random })
      return
    }
    held?.stop()
    held = null
  }
  askAgain = () => held?.retry()
  document.addEventListener('visibilitychange', () => {
    follow()
    if (document.visibilityState === 'visible') take({ kind: 'gap' })
  })
  follow()
}

function take(news: LiveNews): void {
  if (news.kind === 'event') {
    // Who may do what is told to every page, whatever project it is of.
    if (news.event.project !== currentProject() && news.event.topic !== 'access') return
    refresher.mark(outdatedBy(news.event))
    for (const hear of listeners) hear(news.event)
    return
  }
  if (news.kind === 'gap') {
    void queryClient.invalidateQueries()
    return
  }
  if (news.kind === 'signed-out') {
    signedOut()
    return
  }
  if (news.kind === 'live') setServerAhead(news.aheadMs)
  const next: LiveStatus =
    news.kind === 'live' ? { state: 'live' } : { state: 'lost', since: news.since, retryAt: news.retryAt }
  if (next.state === 'live' && status.state === 'live') return
  status = next
  for (const hear of hearers) hear()
}
