import type { EventDetails, EventSection } from '@gantry/core'
import { cleanText } from '../../text/clean.ts'
import { breadcrumbsOf } from './breadcrumbs.ts'
import { keptExceptions, keptFrames } from './exceptions.ts'
import { type Loose, listOf, objectIn, objectOf, textOf, valuesOf } from './loose.ts'

const longestValue = 20_000
const mostFacts = 500

/** What the event says elsewhere, or what says nothing to a person. */
const saidElsewhere = new Set([
  ...['event_id', 'timestamp', 'level', 'platform', 'message', 'logentry', 'exception', 'fingerprint', 'transaction'],
  ...['tags', 'breadcrumbs', 'environment', 'release', 'debug_meta', 'type', 'version'],
])

/**
 * All of what the payload of an event says and its fact does not.
 * Source: https://develop.sentry.dev/sdk/data-model/event-payloads/
 */
export function eventDetails(payload: Uint8Array): EventDetails {
  const event = objectIn(payload)
  return {
    sections: sectionsOf(event).filter(({ facts }) => facts.length > 0),
    variables: keptExceptions(event).map(exception => keptFrames(exception).map(variablesOf)),
    trail: breadcrumbsOf(event).map(crumb => {
      const data = objectOf(crumb['data'])
      return Object.keys(data).length === 0 ? null : textIn(data)
    }),
  }
}

function sectionsOf(event: Loose): EventSection[] {
  const { user, request, contexts, extra, modules, threads, sdk, ...others } = event
  const { flags, ...rest } = objectOf(contexts)
  const unknown = Object.entries(others).filter(([name]) => !saidElsewhere.has(name))
  return [
    section('person', user),
    section('request', request),
    ...Object.entries(rest).map(([name, context]) => section(name, context)),
    { title: 'flags', facts: flagFacts(flags) },
    section('extra', extra),
    { title: 'threads', facts: valuesOf(threads).slice(0, mostFacts).map(threadFact) },
    section('sdk', sdk),
    section('modules', modules),
    { title: 'other', facts: unknown.map(([name, value]) => ({ name, value: textIn(value) })) },
  ]
}

/** Objects by name; lists of pairs, as headers are sent, too. */
function section(title: string, value: unknown): EventSection {
  const pairs = Array.isArray(value) ? value.map((one, index) => pairOf(one, index)) : Object.entries(objectOf(value))
  const facts = pairs
    .filter(([, said]) => said !== null && said !== undefined && said !== '')
    .slice(0, mostFacts)
    .map(([name, said]) => ({ name: cleanText(name, 200), value: textIn(said) }))
  return { title: cleanText(title, 100), facts }
}

function pairOf(value: unknown, index: number): [string, unknown] {
  const [name, said] = listOf(value)
  return typeof name === 'string' && listOf(value).length === 2 ? [name, said] : [String(index), value]
}

function flagFacts(flags: unknown): EventSection['facts'] {
  return valuesOf(flags)
    .slice(0, mostFacts)
    .map(objectOf)
    .map(({ flag, result }) => ({ name: textOf(flag, 200) ?? '?', value: textIn(result) }))
}

function threadFact(value: unknown): EventSection['facts'][number] {
  const { id, name, crashed, current, state, stacktrace } = objectOf(value)
  const frames = listOf(objectOf(stacktrace)['frames']).map(objectOf)
  const last = frames.at(-1)
  const said = [
    textOf(name, 200),
    crashed === true && 'crashed',
    current === true && 'current',
    textOf(state, 100),
    last && `in ${textOf(last['function'], 200) ?? '?'} (${textOf(last['filename'] ?? last['module'], 500) ?? '?'})`,
  ]
  return { name: textOf(id, 100) ?? '?', value: said.filter(Boolean).join(', ') }
}

function variablesOf(frame: unknown): Record<string, string> | null {
  const values = Object.entries(objectOf(objectOf(frame)['vars']))
  if (values.length === 0) return null
  return Object.fromEntries(values.slice(0, 100).map(([name, value]) => [cleanText(name, 200), textIn(value)]))
}

function textIn(value: unknown): string {
  if (typeof value === 'string') return cleanText(value, longestValue)
  return cleanText(JSON.stringify(value, null, typeof value === 'object' ? 1 : 0) ?? '', longestValue)
}
