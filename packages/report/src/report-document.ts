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
    if (start.startsWith('<')) return { kind: 'xml', value: xml.parse(withEscapes(start), true) }
    return { kind: 'json', value: JSON.parse(start) }
  } catch (cause) {
    throw unreadable(name, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

/**
 * Runners write the escape character of a colour as a reference. XML 1.0 has no such character, so the parser drops it and
 * leaves `[32m`, which nobody can tell from text. As itself it passes, and is taken out with the rest of its sequence.
 */
const withEscapes = (text: string): string =>
  text.replace(/&#(?:0*27|[xX]0*1[bB]);/g, '\u001b').replace(/&#(?:0*155|[xX]0*9[bB]);/g, '\u009b')

const xml = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  htmlEntities: true,
})

export const unreadable = (name: string, why: string, cause?: unknown) =>
  new GantryError('REPORT_UNREADABLE', `${name} is no report that can be read: ${why}`, { name }, { cause })
