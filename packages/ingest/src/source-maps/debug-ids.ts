import { idOf } from '../protocols/sentry/event-fact.ts'
import { type Loose, listOf, objectIn, objectOf, textOf } from '../protocols/sentry/loose.ts'

/** Ids that a build gave its files, by the files as frames name them. */
export type DebugIds = ReadonlyMap<string, string>

const mostImages = 500

/**
 * What an event says of the built files in its stacks; null: nothing.
 * Source: https://develop.sentry.dev/sdk/data-model/event-payloads/debugmeta/
 */
export function debugIdsOf(event: Loose): DebugIds | null {
  const images = listOf(objectOf(event['debug_meta'])['images']).slice(0, mostImages).map(objectOf)
  const ids = images.flatMap(({ type, code_file: file, debug_id: id }): [string, string][] => {
    const [name, debugId] = [textOf(file, 1_000), idOf(id)]
    return type === 'sourcemap' && name !== null && debugId !== null ? [[name, debugId]] : []
  })
  return ids.length > 0 ? new Map(ids) : null
}

/** Of the payload of an event, as it is kept. */
export const debugIdsIn = (payload: Uint8Array): DebugIds | null => debugIdsOf(objectIn(payload))
