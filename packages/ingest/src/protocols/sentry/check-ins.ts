import type { CheckIn, SaidBeat } from '@gantry/core'
import { idOf } from './event-fact.ts'
import type { ItemContext } from './item-context.ts'
import { type Loose, objectOf, textOf } from './loose.ts'

const minuteMs = 60_000
const units: Readonly<Record<string, number>> = {
  ...{ minute: minuteMs, hour: 60 * minuteMs, day: 1_440 * minuteMs, week: 7 * 1_440 * minuteMs },
  ...{ month: 30 * 1_440 * minuteMs, year: 365 * 1_440 * minuteMs },
}
const statuses = ['in_progress', 'ok', 'error'] as const
/** A year of minutes: what is longer is no time anybody waits for. */
const mostMinutes = 525_600

/**
 * A job that tells of itself; null where it does not say which, or how it goes.
 * Source: https://develop.sentry.dev/sdk/telemetry/check-ins/
 */
export function checkInOf(json: Loose, { project, receivedAt, newId }: ItemContext): CheckIn | null {
  const name = textOf(json['monitor_slug'], 200)
  const status = statuses.find(known => known === json['status'])
  if (name === null || status === undefined) return null
  const seconds = json['duration']
  return {
    ...{ project, name, status },
    environment: textOf(json['environment'], 64) ?? 'production',
    id: idOf(json['check_in_id']) ?? newId,
    at: receivedAt,
    durationMs: typeof seconds === 'number' && seconds >= 0 && seconds < mostMinutes * 60 ? seconds * 1_000 : null,
    beat: beatOf(objectOf(json['monitor_config'])),
  }
}

function beatOf(config: Loose): SaidBeat | null {
  const schedule = objectOf(config['schedule'])
  const { type, value } = schedule
  const expression = type === 'crontab' ? textOf(value, 200) : null
  const everyMs = type === 'interval' ? lengthOf(value, units[textOf(schedule['unit'], 20) ?? '']) : null
  if (expression === null && everyMs === null) return null
  const minutes = (name: string) => lengthOf(config[name], minuteMs)
  return {
    cron: expression === null ? null : { expression, timezone: textOf(config['timezone'], 64) ?? 'UTC' },
    everyMs,
    marginMs: minutes('checkin_margin'),
    maxRunMs: minutes('max_runtime'),
    confirmations: timesOf(config['failure_issue_threshold']),
    recovery: timesOf(config['recovery_threshold']),
  }
}

function lengthOf(value: unknown, unitMs: number | undefined): number | null {
  if (typeof value !== 'number' || unitMs === undefined || !(value > 0)) return null
  return Math.min(Math.round(value * unitMs), mostMinutes * minuteMs)
}

const timesOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 ? Math.min(value, 100) : null
