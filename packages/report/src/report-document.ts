import { GantryError } from '@gantry/core'
import { XMLParser } from 'fast-xml-parser'

/** A report as text, read as what it is; the reader of a format says whether it knows it. */
export type ReportDocument = { kind: 'json'; value: unknown } | { kind: 'xml'; value: unknown }

/** @throws GantryError REPORT_UNREADABLE */
export function documentOf(text: string, name: string): ReportDocument {
  const start = text.replace(/^\uFEFF/, '').trimStart()
  if (start === '') throw unreadable(name, 'the file is empty')
  const [prolog] = start.split('<testsuite', 1)
  if (prolog?.includes('<!DOCTYPE')) throw unreadable(name, 'reports have no document type of their own')
  try {
    if (start.startsWith('<')) return { kind: 'xml', value: xml.parse(start, true) }
    return { kind: 'json', value: JSON.parse(start) }
  } catch (cause) {
    throw unreadable(name, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

const xml = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  htmlEntities: true,
})

export const unreadable = (name: string, why: string, cause?: unknown) =>
  new GantryError('REPORT_UNREADABLE', `${name} is no report that can be read: ${why}`, { name }, { cause })
