import { commitOfRelease, type Deployment, isUnfinished, type Preview } from '@gantry/core'

/** A deployment is stored right after its preview. */
const forgottenAfterMs = 60_000

/**
 * What the deployments of its environment say of a preview, also those that a process began that died before it could note it.
 * @param newest of them
 */
export function whatBecame(preview: Preview, newest: Deployment | undefined, now: Date): Partial<Preview> {
  const { state, deployment, left } = preview
  if (newest && isUnfinished(newest.state)) return {}
  if (!newest || newest.state === 'removed') {
    if (newest && state === 'removing') return { deployment: newest.id, left: left.filter(id => id !== newest.release) }
    return state === 'making' && isForgotten(preview, now) ? neverBegun : {}
  }
  const isNoted = state !== 'making' && deployment === newest.id
  if (isNoted || newest.kind === 'removal' || state === 'removing' || state === 'removed') return {}
  const isLive = newest.liveAt !== null
  const because = isLive ? null : newest.failure
  const sha = commitOfRelease(newest.release)
  return { deployment: newest.id, state: isLive ? 'ready' : 'failed', because, sha }
}

const neverBegun: Partial<Preview> = { state: 'failed', because: 'nobody began it: run its workflow again' }

const isForgotten = ({ deployedAt }: Preview, now: Date): boolean =>
  now.getTime() - Date.parse(deployedAt) > forgottenAfterMs

/**
 * The release whose config says what is to be taken away next; null when nothing is left. Those before the last one come first:
 * the last one's removal is what ends it.
 * @param all deployments of its environment, the newest first
 */
export function releaseToRemove({ left }: Preview, all: readonly Deployment[]): string | null {
  const [before] = left
  if (before !== undefined) return before
  const [newest] = all
  const last = all.find(({ kind }) => kind !== 'removal')
  if (newest?.state === 'removed') return last && last.release !== newest.release ? last.release : null
  return (last ?? newest)?.release ?? null
}

export const removeAgainMs = 10 * 60_000
const longestPauseMs = 6 * 3_600_000

/** What could not be removed is tried again after a while, a longer one each time: each try may start a job somewhere. */
export function mayWait(all: readonly Deployment[], now: Date): boolean {
  const tries = all.findIndex(({ kind, state }) => kind !== 'removal' || state !== 'failed')
  const failures = tries === -1 ? all.length : tries
  const finishedAt = all[0]?.finishedAt
  if (failures === 0 || !finishedAt) return false
  const pauseMs = Math.min(removeAgainMs * 2 ** (failures - 1), longestPauseMs)
  return now.getTime() - Date.parse(finishedAt) < pauseMs
}
