import type { KeepConfig } from '../config/config.ts'
import type { KeptKind } from './kept.ts'

export interface KeptLimit {
  /** A duration, as the config says it. */
  keptFor: string
  /** What it may take, as the config says it; null: any. That of events holds for all that came beside them together. */
  size: string | null
  isExported: boolean
}

/** How long each kind is kept. */
export function keptLimits(keep: KeepConfig): Record<KeptKind, KeptLimit> {
  const age = (keptFor: string): KeptLimit => ({ keptFor, size: null, isExported: false })
  const besideEvents = (own: string | undefined): KeptLimit => ({
    ...age(own ?? keep.events),
    size: keep.eventsSize ?? null,
  })
  return {
    lines: { keptFor: keep.lines, size: keep.linesSize ?? null, isExported: keep.linesExport ?? false },
    events: besideEvents(undefined),
    attachments: besideEvents(keep.attachments),
    spans: besideEvents(keep.spans),
    sessions: besideEvents(keep.sessions),
    items: besideEvents(undefined),
    checks: age(keep.checks),
    traffic: age(keep.traffic),
    runs: age(keep.runs),
    notices: age(keep.notices),
  }
}
