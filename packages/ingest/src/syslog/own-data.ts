import { structuredDataAt } from '../logs/structured-data.ts'

/** An element of ours, or as Better Stack's clients write it: `[gantry@32473 key="…" environment="staging"]`, `[logtail@11993 source_token="…"]`. */
const ownName = /^(?:gantry|logtail)(?:@\d+)?\.(\w+)$/
const keyNames = new Set(['key', 'token', 'source_token'])

/** The ingest key that a message of RFC 5424 shows in its structured data; null: none. */
export function keyInSyslog(text: string): string | null {
  if (!text.includes('[gantry') && !text.includes('[logtail')) return null
  const [head] = /^<\d{1,3}>1 (?:\S+ ){5}(?=\[)/.exec(text) ?? []
  const structured = head === undefined ? null : structuredDataAt(text, head.length)
  for (const [name, value] of Object.entries(structured?.data ?? {}))
    if (keyNames.has(ownName.exec(name)?.[1] ?? '')) return value
  return null
}

export interface OwnData {
  said: { service?: string; environment?: string; release?: string; trace?: string }
  /** Without ours. */
  fields: Record<string, unknown>
}

/** What a message says to us by its structured data. A key is no field of its line. */
export function ownData(fields: Readonly<Record<string, unknown>>): OwnData {
  const own: OwnData = { said: {}, fields: {} }
  for (const [name, value] of Object.entries(fields)) {
    const inner = ownName.exec(name)?.[1]
    if (inner === undefined) own.fields[name] = value
    else if (isSaid(inner) && typeof value === 'string' && value !== '') own.said[inner] = value
    else if (!keyNames.has(inner)) own.fields[name] = value
  }
  return own
}

const isSaid = (name: string): name is keyof OwnData['said'] =>
  ['service', 'environment', 'release', 'trace'].includes(name)
