import type { Check, Monitor, MonitorState } from './monitor.ts'

/**
 * The monitor after one more check. Its state changes only when `confirmations` checks in a row disagree with it;
 * the first check of an unknown monitor decides at once. A fault of this server's own is no word about what is probed:
 * after as many of them the state is unknown, for whoever sees nothing must not say that all is well.
 */
export function nextMonitor(monitor: Monitor, check: Check): { monitor: Monitor; changed: 'up' | 'down' | null } {
  const seen = seenIn(check)
  const last = { ...monitor, last: check }
  if (seen === monitor.state) return { monitor: { ...last, streak: 0 }, changed: null }
  const isInARow = monitor.last !== null && seenIn(monitor.last) === seen
  const streak = isInARow ? monitor.streak + 1 : 1
  const needed = monitor.state === 'unknown' && check.isOk ? 1 : monitor.confirmations
  if (streak < needed) return { monitor: { ...last, streak }, changed: null }
  const changed = seen === 'unknown' || (monitor.state === 'unknown' && seen === 'up') ? null : seen
  return { monitor: { ...last, state: seen, since: check.at, streak: 0 }, changed }
}

function seenIn({ isOk, isOwnFault }: Check): MonitorState {
  if (isOwnFault) return 'unknown'
  return isOk ? 'up' : 'down'
}
