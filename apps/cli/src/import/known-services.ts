import { IngestKeyView } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { listIn } from '../api/read.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { cut } from '../terminal/table.ts'

/** Projects of there, each with the service here whose reports its events are; null: of the project as a whole. */
export type Mapped = Record<string, string | null>

/** Services that reports come of: those that have a key. */
export async function knownServices(api: Api): Promise<string[]> {
  const keys = await api.get('/ingest-keys', listIn('keys', IngestKeyView))
  return [...new Set(keys.flatMap(({ service }) => service ?? []))].toSorted()
}

/**
 * `web=storefront` is the project `web` of there and the service `storefront` of here. Left out: the service of that name, else the only one
 * there is of both.
 * @throws CalledWrongly for a project or a service that is not there
 */
export function mapProjects(said: readonly string[], there: readonly string[], services: readonly string[]): Mapped {
  const asked = said.length > 0 ? said : there
  const only = services.length === 1 && there.length === 1 ? (services[0] ?? null) : null
  return Object.fromEntries(
    asked.map((text): [string, string | null] => {
      const [project = '', named] = text.split('=', 2)
      if (!there.includes(project)) throw new CalledWrongly(`no project "${cut(project, 60)}" there; ${listed(there)}`)
      if (named === undefined) return [project, services.includes(project) ? project : only]
      if (named === '' || services.includes(named)) return [project, named || null]
      throw new CalledWrongly(
        `no service "${cut(named, 60)}" has a key here; ${listed(services)}`,
        'See `gantry keys`; a key for it: `gantry keys add --service <name>`.',
      )
    }),
  )
}

const listed = (names: readonly string[]): string =>
  names.length === 0 ? 'there is none' : `there is ${names.map(name => cut(name, 60)).join(', ')}`
