import * as z from 'zod'
import type { AnyWord } from './adapter.ts'

type SchemaIn<Registry extends Record<string, AnyWord>> = Registry[keyof Registry]['settings']['schema']

/** One of the adapters of a kind, told apart by its tag. */
export function oneOf<Registry extends Record<string, AnyWord>>(tag: string, registry: Registry) {
  const [first, ...rest] = Object.values(registry).map(word => word.settings.schema as Choice<SchemaIn<Registry>>)
  if (first === undefined) throw new Error(`no adapter is told apart by ${tag}`)
  return z.discriminatedUnion(tag, [first, ...rest])
}
/** The contract of adapters holds each schema to an object, or a choice of objects, with the tag. */
type Choice<Schema> = Schema & z.core.$ZodTypeDiscriminable
