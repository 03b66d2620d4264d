import * as z from 'zod'

/**
 * The field names a schema knows at a path of a value; `discriminator` asks for the words that field may hold instead.
 * `input` chooses the member of a union the value at the path belongs to.
 */
export function keysAt(schema: z.core.$ZodType, path: PropertyKey[], input: unknown, discriminator?: string): string[] {
  const asked = discriminator !== undefined && path.at(-1) === discriminator ? path.slice(0, -1) : path
  let found: z.core.$ZodType[] = [schema]
  let value = input
  for (const key of asked) {
    found = found.flatMap(each => membersOf(bare(each), key, value))
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  }
  const objects = found.flatMap(each => objectsOf(bare(each), value))
  if (discriminator === undefined) return [...new Set(objects.flatMap(each => Object.keys(each.shape)))]
  return [...new Set(objects.flatMap(each => literals(each.shape[discriminator])))]
}

/** Without `.optional()`, `.default()` and their like. */
export function bare(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return bare(schema.def.innerType)
  }
  return schema
}

/** What a schema says of a member of a value. */
export function membersOf(schema: z.core.$ZodType, key: PropertyKey, value: unknown): z.core.$ZodType[] {
  if (schema instanceof z.ZodRecord) return [schema.def.valueType]
  if (schema instanceof z.ZodArray) return [schema.def.element]
  return objectsOf(schema, value).flatMap(each => each.shape[String(key)] ?? [])
}

export function objectsOf(schema: z.core.$ZodType, value: unknown): z.ZodObject[] {
  if (schema instanceof z.ZodObject) return [schema]
  if (!(schema instanceof z.ZodUnion)) return []
  const options = schema.def.options.flatMap(option => objectsOf(bare(option), value))
  const fitting = options.filter(option => isMeant(option, value))
  return fitting.length > 0 ? fitting : options
}

/** Whether every literal field of the option is what the value says there. */
function isMeant(option: z.ZodObject, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(option.shape).every(([key, field]) => {
    const words = literals(field)
    return words.length === 0 || words.includes(String(Reflect.get(value, key)))
  })
}

const literals = (schema: z.core.$ZodType | undefined): string[] =>
  schema instanceof z.ZodLiteral ? [...schema.values].map(String) : []
