import { type Config, type Named, refersTo } from '@gantry/core/config'
import { didYouMean } from '@gantry/core/words'
import type * as z from 'zod'
import type { ConfigFault } from './config-fault.ts'
import { bare, membersOf } from './schema-keys.ts'

/** A name of something that is not there: in every place the schema calls a reference, of whatever adapter. */
export function referenceFaults(schema: z.core.$ZodType, config: Config): ConfigFault[] {
  const known: Record<Named, string[]> = {
    service: Object.keys(config.services),
    environment: Object.keys(config.environments),
    monitor: Object.keys(config.monitors),
  }
  const walk = (at: z.core.$ZodType, value: unknown, path: string[]): ConfigFault[] => {
    const what = named(at)
    if (what !== null && typeof value === 'string') {
      if (known[what].includes(value)) return []
      const message = `there is no ${what} "${value}"${didYouMean(value, known[what])}`
      return [{ path: path.join('.'), message }]
    }
    if (typeof value !== 'object' || value === null) return []
    return Object.entries(value).flatMap(([key, inside]) =>
      membersOf(bare(at), key, value).flatMap(each => walk(each, inside, [...path, key])),
    )
  }
  return walk(schema, config, [])
}

/** Said of the field itself, or of what is optional in it. */
const named = (schema: z.core.$ZodType): Named | null => refersTo(schema) ?? refersTo(bare(schema))
