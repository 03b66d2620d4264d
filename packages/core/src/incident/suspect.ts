import type { DeploymentKind } from '../deployment/deployment.ts'
import { instantMs } from '../duration/instant.ts'

/** What is known of the deployment that is live when a fault shows. */
export interface LiveChange {
  release: string
  kind: DeploymentKind
  createdAt: string
  liveAt: string | null
}

/**
 * The release a fault is laid to, or null: only one that was being deployed, or had gone live no longer ago than it is
 * watched, when the fault began. What breaks later, or broke before, has another cause. A rollback brings back what
 * worked, and is no suspect.
 */
export function suspectedRelease(began: string, live: LiveChange | null, watchedMs: number): string | null {
  if (live === null || live.kind === 'rollback') return null
  const isAfter = instantMs(began) >= instantMs(live.createdAt)
  const isWatched = instantMs(began) - instantMs(live.liveAt ?? live.createdAt) <= watchedMs
  return isAfter && isWatched ? live.release : null
}
