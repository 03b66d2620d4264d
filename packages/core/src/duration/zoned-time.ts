import { instantMs, instantOf } from './instant.ts'

/** What a clock on a wall shows. */
export interface WallTime {
  /** `2026-12-20`. */
  date: string
  /** Minutes since midnight. */
  minutes: number
  /** 0 is Monday. */
  weekday: number
}

const minuteMs = 60_000
const dayMs = 86_400_000

export function isTimeZone(zone: string): boolean {
  try {
    formatterOf(zone)
    return true
  } catch {
    return false
  }
}

export function wallTime(ms: number, zone: string): WallTime {
  const shown = new Map(
    formatterOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  )
  const part = (name: Intl.DateTimeFormatPartTypes) => shown.get(name) ?? ''
  const date = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`
  return { date, minutes: Number(part('hour')) * 60 + Number(part('minute')), weekday: weekdayOf(date) }
}

/**
 * When a clock in that zone shows a time. What a change to summer time leaves out is taken as if the clock had not been changed;
 * of what is there twice in autumn, the first is meant.
 */
export function zonedMs({ date, minutes }: Pick<WallTime, 'date' | 'minutes'>, zone: string): number {
  const shown = instantMs(`${date}T00:00:00.000Z`) + minutes * minuteMs
  const before = shown - offsetMs(shown - dayMs, zone)
  const isShown = (ms: number) => ms + offsetMs(ms, zone) === shown
  const after = shown - offsetMs(before, zone)
  return !isShown(before) && isShown(after) ? after : before
}

/** That many days later on the calendar. */
export const daysAfter = (date: string, days: number): string =>
  instantOf(instantMs(`${date}T00:00:00.000Z`) + days * dayMs).slice(0, 10)

/** 1970 began on a Thursday. */
const weekdayOf = (date: string): number => (Math.floor(instantMs(`${date}T00:00:00.000Z`) / dayMs) + 3) % 7

/** How far a clock there is ahead of UTC. */
function offsetMs(ms: number, zone: string): number {
  const { date, minutes } = wallTime(ms, zone)
  return instantMs(`${date}T00:00:00.000Z`) + minutes * minuteMs - Math.floor(ms / minuteMs) * minuteMs
}

const formatterOf = (zone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
