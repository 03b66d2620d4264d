import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Child } from './child.ts'
import { workDone } from './work-done.ts'

export interface Patience {
  /** So long may it do nothing at all. */
  stalledMs: number
  /** So long may it work: one that turns in circles is not waited for forever. */
  atMostMs: number
}

/**
 * Waits for the first message of a child, as long as it works: on a busy machine that may take ten times as long as on an
 * idle one, and a clock alone cannot tell slow from stuck. Answers null, or a clause that says why nobody waits any longer.
 */
export async function awaitReady(child: Child, { stalledMs, atMostMs }: Patience): Promise<string | null> {
  const over = new AbortController()
  const ready = once(child.process, 'message', { signal: over.signal }).then(() => null)
  ready.catch(() => {})
  try {
    return await Promise.race([ready, child.exited, stalled(child.pid, { stalledMs, atMostMs }, over.signal)])
  } finally {
    over.abort()
  }
}

async function stalled(pid: number, { stalledMs, atMostMs }: Patience, signal: AbortSignal): Promise<string> {
  const startedAt = performance.now()
  let seen = workDone(pid)
  let workedAt = startedAt
  for (;;) {
    await sleep(Math.min(1_000, stalledMs / 4), undefined, { signal }).catch(() => {})
    if (signal.aborted) return 'was not waited for'
    const now = performance.now()
    const done = workDone(pid)
    if (done !== seen) workedAt = now
    seen = done
    if (now - workedAt >= stalledMs) return `did nothing for ${seconds(stalledMs)} and was not ready`
    if (now - startedAt >= atMostMs) return `worked for ${seconds(atMostMs)} and was not ready`
  }
}

const seconds = (ms: number): string => `${ms / 1_000} s`
