import type { Frame } from './frame.ts'

/** Stops a step when its time is over or its job is cancelled. */
export interface StepGuard {
  signal: AbortSignal
  /** `asked`: by a `cancel` step. */
  stoppedBy: 'timeout' | 'cancel' | 'asked' | undefined
  minutes: number | undefined
  release(): void
}

/**
 * After a cancellation the step's `if` is asked again: with `always()` it may go on, until the time GitHub
 * grants to cancelled jobs is over.
 */
export function guardStep(frame: Frame, minutes: number | undefined, isWanted: () => boolean): StepGuard {
  const controller = new AbortController()
  const { cancelled, overdue } = frame.job
  const outer = frame.composite?.signal
  const stop = (by: 'timeout' | 'cancel' | 'asked'): void => {
    guard.stoppedBy ??= by
    controller.abort()
  }
  const onCancel = (): void => {
    if (!isWantedSafely(isWanted)) stop('cancel')
  }
  const onOverdue = (): void => stop('cancel')
  const onAsked = (): void => stop('asked')
  const watched = [
    [cancelled, onCancel],
    [overdue, onOverdue],
    [outer, onOverdue],
    [frame.stopped, onAsked],
  ] as const
  const timer = minutes === undefined ? undefined : setTimeout(() => stop('timeout'), minutes * 60_000)
  const guard: StepGuard = {
    signal: controller.signal,
    stoppedBy: undefined,
    minutes,
    release: () => {
      clearTimeout(timer)
      for (const [signal, react] of watched) signal?.removeEventListener('abort', react)
    },
  }
  for (const [signal, react] of watched) signal?.addEventListener('abort', react, { once: true })
  // A job may be cancelled by whoever hears that the step begins.
  if (cancelled.aborted) onCancel()
  if (frame.stopped?.aborted) onAsked()
  if (overdue.aborted || outer?.aborted) onOverdue()
  return guard
}

function isWantedSafely(isWanted: () => boolean): boolean {
  try {
    return isWanted()
  } catch {
    return false
  }
}
