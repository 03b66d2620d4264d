import { GantryError } from '@gantry/core'
import { requireFewValues } from '../../body/few-values.ts'
import type { Asked } from '../define-protocol.ts'
import type { Envelope, EnvelopeItem } from './envelope.ts'
import { type Loose, objectOf, textOf } from './loose.ts'

const mostReports = 100

/**
 * What browsers report of a page's security policy, each report as an event: by the old way (`report-uri`), and by the
 * Reporting API (`report-to`), which sends several at once.
 * Source: https://develop.sentry.dev/sdk/expected-features/#csp, https://www.w3.org/TR/CSP3/#reporting
 * @throws GantryError ENVELOPE_MALFORMED
 */
export function readSecurityReport(bytes: Buffer, asked: Pick<Asked, 'query' | 'headers'>): Envelope {
  const items = reportsIn(bytes)
    .slice(0, mostReports)
    .map(report => itemOf(report, asked))
  if (items.length === 0) throw new GantryError('ENVELOPE_MALFORMED', 'expected a report of a browser as JSON')
  return { header: {}, items }
}

interface Report {
  kind: string
  said: Loose
}

function reportsIn(bytes: Buffer): Report[] {
  const all: unknown = parsed(bytes)
  if (Array.isArray(all))
    return all.map(objectOf).map(report => ({ kind: textOf(report['type'], 60) ?? 'report', said: bodyOf(report) }))
  const [first] = Object.entries(objectOf(all))
  return first ? [{ kind: first[0].slice(0, 60), said: objectOf(first[1]) }] : []
}

const bodyOf = (report: Loose): Loose => ({ 'document-uri': report['url'], ...objectOf(report['body']) })

function parsed(bytes: Buffer): unknown {
  requireFewValues(bytes)
  try {
    return JSON.parse(bytes.toString())
  } catch (cause) {
    throw new GantryError('ENVELOPE_MALFORMED', 'the report is no JSON', {}, { cause })
  }
}

function itemOf({ kind, said }: Report, { query, headers }: Pick<Asked, 'query' | 'headers'>): EnvelopeItem {
  const directive = textOf(said['effective-directive'] ?? said['effectiveDirective'] ?? said['violated-directive'], 200)
  const blocked = textOf(said['blocked-uri'] ?? said['blockedURL'], 500)
  const page = textOf(said['document-uri'] ?? said['documentURL'] ?? said['url'], 2_000)
  const rule = directive?.split(' ')[0] ?? kind
  const source = blocked === null ? null : (URL.parse(blocked)?.host ?? blocked)
  const event = {
    platform: 'javascript',
    logger: 'csp',
    level: 'warning',
    message: source === null ? `A browser reports ${rule}` : `Blocked ${rule} from ${source || 'the page itself'}`,
    fingerprint: [kind, rule, source ?? ''],
    environment: query['sentry_environment'],
    release: query['sentry_release'],
    tags: { 'effective-directive': rule, ...(source && { 'blocked-host': source }) },
    request: { url: page, headers: { 'user-agent': headers['user-agent'] } },
    contexts: { csp: said },
  }
  return { type: 'event', header: {}, payload: Buffer.from(JSON.stringify(event)), skippedBytes: 0 }
}
