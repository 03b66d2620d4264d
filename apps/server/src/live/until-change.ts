import type { StreamEvent } from '@gantry/core/api'
import type { HeardProject } from './project-live.ts'

/** What an answer rests on, and how long it may be given again where that changes without a word. */
export interface Freshness {
  topics: readonly StreamEvent['topic'][]
  forMs: number
}

/**
 * Asks once for all who ask, until something of these topics changed or the answer is `forMs` old. Two hundred people whose
 * screens look again after the same event cost as much as one.
 */
export function untilChange<T>(
  { topics, forMs }: Freshness,
  live: Pick<HeardProject, 'version'>,
  ask: (about: string) => Promise<T>,
  nowMs: () => number = () => performance.now(),
): (about?: string) => Promise<T> {
  const known = new Map<string, { version: number; askedMs: number; answer: Promise<T> }>()
  return (about = '') => {
    const version = live.version(topics)
    const last = known.get(about)
    if (last && last.version === version && nowMs() - last.askedMs < forMs) return last.answer
    const next = { version, askedMs: nowMs(), answer: ask(about) }
    known.set(about, next)
    next.answer.catch(() => {
      if (known.get(about) === next) known.delete(about)
    })
    return next.answer
  }
}
