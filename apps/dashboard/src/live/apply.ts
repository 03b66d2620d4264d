import type { StreamEvent } from '@gantry/core/api'

type Key = readonly string[]

/** Which questions an event makes out of date; each is the beginning of query keys (api/queries.ts). */
export function outdatedBy({ topic, key }: Pick<StreamEvent, 'topic' | 'key'>): Key[] {
  return affected[topic](key)
}

const affected: Record<StreamEvent['topic'], (key: string) => Key[]> = {
  line: () => [['line']],
  run: key => [['runs'], ['run', key], ['line']],
  'run-log': () => [],
  release: key => [['releases'], ['release', key]],
  deployment: key => [['deployment', key], ['deployments'], ['previews'], ['release'], ['rollback-plan'], ['line']],
  promotion: () => [['release'], ['line']],
  preview: () => [['previews']],
  issue: key => [['issues'], ['issue', key], ['issue-acts', key], ['issue-parts', key], ['issue-spread', key]],
  // Those who see it hear of the issue.
  'issue-turn': () => [],
  log: () => [],
  search: () => [['searches']],
  monitor: () => [['monitors']],
  incident: key => [['incidents'], ['incident', key], ['line']],
  notice: () => [],
  forward: () => [['forwards']],
  // No screen shows it.
  github: () => [],
  runner: () => [['runners']],
  // Whatever is set is a row of the ledger.
  ledger: () => [['ledger'], ['figures'], ['line'], ['settings']],
  access: () => [['me'], ['settings'], ['sessions']],
}

export interface RefresherParts {
  /** Asks again what begins with the key; settles when the answer is there. */
  refetch(key: Key): Promise<unknown>
  /** Calls back soon, at the latest after `ms`. */
  later(run: () => void, ms: number): void
  isVisible(): boolean
}

const gapMs = 400

/**
 * Joins what many events make out of date. A key is asked for at once, then at most every 400 ms, never twice at a time,
 * so that a busy stream can neither flood the server nor starve the screen. A hidden page waits until it is seen.
 */
export function createRefresher({ refetch, later, isVisible }: RefresherParts) {
  const dirty = new Map<string, Key>()
  const busy = new Set<string>()
  const flush = () => {
    if (!isVisible()) return
    for (const [name, key] of dirty) {
      if (busy.has(name)) continue
      dirty.delete(name)
      busy.add(name)
      const free = () =>
        later(() => {
          busy.delete(name)
          if (dirty.has(name)) flush()
        }, gapMs)
      refetch(key).then(free, free)
    }
  }
  return {
    mark(keys: Key[]) {
      for (const key of keys) dirty.set(key.join('\n'), key)
      later(flush, 16)
    },
    flush,
  }
}
