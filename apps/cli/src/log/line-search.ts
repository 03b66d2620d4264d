import { parseDuration } from '@gantry/core'
import type { Api } from '../api/api.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { Host } from '../host.ts'
import { joinedQuery, savedSearch } from '../search/saved-search.ts'

export type LineFilter = Record<string, string | undefined>

export interface LineSearch {
  filter: LineFilter
  /** Names of fields to show; null: what a line is as a whole. */
  columns: string[] | null
}

const usualRange = '15m'
const named = ['service', 'environment', 'release', 'level'] as const

/** What was typed; of a saved search, whatever was not typed, and its words beside those that were. */
export async function lineSearch(call: Call, host: Host, api: Api): Promise<LineSearch> {
  const name = call.text('saved')
  const saved = name === undefined ? {} : (await savedSearch(api, 'logs', name)).search
  const isTimed = call.text('since') !== undefined || call.text('until') !== undefined
  const since = call.text('since') ?? (isTimed ? undefined : (saved.from ?? saved.range)) ?? usualRange
  const until = call.text('until') ?? (isTimed ? undefined : saved.to)
  const columns = call.text('columns') ?? saved.columns
  return {
    filter: {
      q: joinedQuery([saved.q, call.text('query')]),
      ...Object.fromEntries(named.map(field => [field, call.text(field) ?? saved[field]])),
      traceId: call.text('trace') ?? saved.traceId,
      from: instantIn(since, 'since', host),
      to: until === undefined ? undefined : instantIn(until, 'until', host),
    },
    columns: columnsOf(columns),
  }
}

/** `time, status` as typed; null where nothing was. */
export function columnsOf(text: string | undefined): string[] | null {
  const names = (text ?? '').split(',').map(name => name.trim())
  return names.some(Boolean) ? names.filter(Boolean) : null
}

function instantIn(text: string, option: string, host: Host): string {
  const ms = parseDuration(text)
  if (ms !== null) return new Date(host.now().getTime() - ms).toISOString()
  const at = /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(at)) return new Date(at).toISOString()
  throw new CalledWrongly(
    `${option}: expected a duration such as 90s, 10m, 2h or 1d, or an instant such as 2026-11-27T10:00Z, got "${text}"`,
  )
}
