import { hash } from 'node:crypto'
import {
  type ErrorEvent,
  GantryError,
  type GroupingRule,
  groupEvent,
  type ImportingReport,
  keyOfVersionOne,
  namesItsPackage,
  stableFile,
} from '@gantry/core'
import type { IngestConfig } from '@gantry/core/config'
import { type PastEvent, readPastEvent } from '@gantry/ingest'
import type { MapEvent } from '../issue/bundle-maps.ts'

export interface ReportReading {
  project: string
  service: string | null
  /** Where its files lie in the repository; null: nobody says. */
  folder: string | null
  settings: IngestConfig
  rules: readonly GroupingRule[]
  mapped: MapEvent
  now: string
  newId(): string
}

/**
 * Events of elsewhere, grouped as those that clients send: the issue they are of has their keys, so that the next event of the fault lands
 * in it. One that cannot be read is left out.
 */
export async function readReports(
  payloads: readonly Record<string, unknown>[],
  reading: ReportReading,
): Promise<ImportingReport[]> {
  const reports: ImportingReport[] = []
  for (const payload of payloads) {
    const past = pastEvent(payload, reading)
    if (past) reports.push(await grouped(past, reading))
  }
  return reports
}

function pastEvent(
  payload: Record<string, unknown>,
  { project, service, settings, now, newId }: ReportReading,
): PastEvent | null {
  try {
    const sender = { project, service, receivedAt: now, newId: newId().replaceAll('-', ''), settings }
    return readPastEvent(payload, sender)
  } catch (cause) {
    if (cause instanceof GantryError && (cause.code === 'ENVELOPE_MALFORMED' || cause.code === 'BODY_TOO_LARGE'))
      return null
    throw cause
  }
}

async function grouped({ report, asSent }: PastEvent, reading: ReportReading): Promise<ImportingReport> {
  const { rules, mapped } = reading
  const event = await mapped(report.event, report.debugIds)
  const own = groupEvent(event, rules)
  const keyHash = hash('sha256', own.grouping.key)
  const isRuled = own.grouping.because.some(part => part.startsWith('rule '))
  const others = asSent === null ? [] : [asSent, await mapped(asSent, report.debugIds), placedIn(event, reading)]
  const otherKeys = new Set(others.map(other => hash('sha256', groupEvent(other, rules).grouping.key)))
  otherKeys.delete(keyHash)
  return {
    // What a rule takes out of an issue, an older key would put back.
    event: { event, payload: report.payload, ...own, keyHash, formerKey: isRuled ? null : keyOfVersionOne(event) },
    otherKeys: [...otherKeys],
  }
}

/**
 * Maps of elsewhere name files within the package; those of here, within the repository: `src/pay.ts` of the service in `apps/web` is
 * `apps/web/src/pay.ts`.
 */
function placedIn(event: ErrorEvent, { folder }: ReportReading): ErrorEvent {
  if (folder === null || folder === '' || folder === '.') return event
  const placed = (file: string) => (namesItsPackage(stableFile(file)) ? file : `${folder}/${stableFile(file)}`)
  const exceptions = event.exceptions.map(exception => ({
    ...exception,
    frames: exception.frames.map(frame => (frame.isInApp ? { ...frame, file: placed(frame.file) } : frame)),
  }))
  return { ...event, exceptions }
}
