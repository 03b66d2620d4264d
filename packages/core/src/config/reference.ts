import * as z from 'zod'

/** What a config names and refers to by that name. */
export type Named = 'service' | 'environment' | 'monitor'

/** The name of something else in the config: that it is there is checked when the config is read, with the nearest name. */
export const reference = (refersTo: Named) => z.string().meta({ refersTo })

/** What a schema made by `reference` refers to. */
export function refersTo(schema: z.core.$ZodType): Named | null {
  const said = z.globalRegistry.get(schema)?.['refersTo']
  return said === 'service' || said === 'environment' || said === 'monitor' ? said : null
}
