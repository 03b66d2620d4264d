import { instantMs } from './instant.ts'
import { daysAfter, wallTime, zonedMs } from './zoned-time.ts'

/** From one moment to another, each week or once, as the clock of a zone shows them. */
export interface TimeWindow {
  /** `Fri 16:00`, or `2026-12-20 16:00`, or the day alone. */
  from: string
  until: string
  timezone: string
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const weeklyForm = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?: ([01]\d|2[0-3]):([0-5]\d))?$/
const onceForm = /^(\d{4}-\d{2}-\d{2})(?: ([01]\d|2[0-3]):([0-5]\d))?$/
const dayMinutes = 24 * 60
const weekMinutes = 7 * dayMinutes

type Edge = { kind: 'weekly'; minutes: number } | { kind: 'once'; date: string; minutes: number }

/** Null when it is written in no way known here, or names a day that is none. */
function edgeOf(text: string): Edge | null {
  const [weekly, day, hour = '00', minute = '00'] = weeklyForm.exec(text) ?? []
  const minutes = Number(hour) * 60 + Number(minute)
  if (weekly !== undefined && day !== undefined)
    return { kind: 'weekly', minutes: weekdays.indexOf(day) * dayMinutes + minutes }
  const [once, date, onceHour = '00', onceMinute = '00'] = onceForm.exec(text) ?? []
  if (once === undefined || date === undefined || Number.isNaN(instantMs(`${date}T00:00:00.000Z`))) return null
  return { kind: 'once', date, minutes: Number(onceHour) * 60 + Number(onceMinute) }
}

/** What is wrong about a window: what was expected, and at which end; null when nothing is. */
export function windowFault(
  window: Pick<TimeWindow, 'from' | 'until'>,
): { at: 'from' | 'until'; expected: string } | null {
  const [first, last] = [edgeOf(window.from), edgeOf(window.until)]
  if (!first) return { at: 'from', expected: written }
  if (!last) return { at: 'until', expected: written }
  const fault = (expected: string) => ({ at: 'until' as const, expected })
  if (first.kind === 'weekly')
    return last.kind === 'weekly' && first.minutes !== last.minutes
      ? null
      : fault('expected another moment of the week, as `from` is one')
  return last.kind === 'once' && stamp(first) < stamp(last) ? null : fault('expected a later date than `from`')
}

const written = 'expected a moment such as "Fri 16:00" or "2026-12-20 16:00"'

/** Whether it is open at that moment, and when that changes; null: never again. Of a window without a fault. */
export function windowAt(window: TimeWindow, nowMs: number): { isOpen: boolean; changesAtMs: number | null } {
  const [first, last] = [edgeOf(window.from), edgeOf(window.until)]
  if (!first || !last) return { isOpen: false, changesAtMs: null }
  if (first.kind === 'once' && last.kind === 'once') {
    const [startMs, endMs] = [zonedMs(first, window.timezone), zonedMs(last, window.timezone)]
    if (nowMs < startMs) return { isOpen: false, changesAtMs: startMs }
    return nowMs < endMs ? { isOpen: true, changesAtMs: endMs } : { isOpen: false, changesAtMs: null }
  }
  const { weekday, minutes } = wallTime(nowMs, window.timezone)
  const current = weekday * dayMinutes + minutes
  const into = (edge: Edge) => (edge.minutes - current + weekMinutes) % weekMinutes || weekMinutes
  const isOpen = into(last) < into(first)
  return { isOpen, changesAtMs: nextWeekly((isOpen ? last : first).minutes, nowMs, window.timezone) }
}

/** The next moment at which the clock there shows that minute of the week. */
function nextWeekly(minuteOfWeek: number, nowMs: number, timezone: string): number {
  const { date, weekday } = wallTime(nowMs, timezone)
  const day = Math.floor(minuteOfWeek / dayMinutes)
  const at = (days: number) => zonedMs({ date: daysAfter(date, days), minutes: minuteOfWeek % dayMinutes }, timezone)
  const inDays = (day - weekday + 7) % 7
  const next = at(inDays)
  return next > nowMs ? next : at(inDays + 7)
}

const stamp = (edge: Edge): string =>
  edge.kind === 'once' ? `${edge.date} ${String(edge.minutes).padStart(4, '0')}` : ''
