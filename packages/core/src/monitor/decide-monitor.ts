import type { Check, Monitor, MonitorState } from './monitor.ts'

/**
 * The monitor after one more check. Its state changes only when `confirmations` checks in a row disagree with it;
 * the first check of an unknown monitor decides at once.
 */
export function nextMonitor(monitor: Monitor, check: Check): { monitor: Monitor; changed: 'up' | 'down' | null } {
  const seen: MonitorState = check.isOk ? 'up' : 'down'
  const last = { ...monitor, last: check }
  if (seen === monitor.state) return { monitor: { ...last, streak: 0 }, changed: null }
  const streak = monitor.streak + 1
  const needed = monitor.state === 'unknown' && check.isOk ? 1 : monitor.confirmations
  if (streak < needed) return { monitor: { ...last, streak }, changed: null }
  const changed = monitor.state === 'unknown' && seen === 'up' ? null : seen
  return { monitor: { ...last, state: seen, since: check.at, streak: 0 }, changed }
}
