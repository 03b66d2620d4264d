import type { AdapterDescription, AdapterField } from '@gantry/core/api'
import { type AdapterRegistry, type AdapterSettings, adapterTags, refersTo } from '@gantry/core/config'
import * as z from 'zod'
import { registries } from './registries.ts'
import { bare, objectsOf } from './schema-keys.ts'
import { written } from './written.ts'

/** All that there is to say of every adapter. */
export const describeAdapters = (of: Readonly<Record<string, AdapterRegistry>> = registries): AdapterDescription[] =>
  Object.values(of).flatMap(registry => Object.values(registry).map(word => describe(word.settings)))

function describe(settings: AdapterSettings): AdapterDescription {
  const { kind, name, schema, docs } = settings
  const [plainest = []] = docs.examples
  return {
    kind,
    name,
    title: docs.title,
    about: docs.about,
    link: docs.link ?? null,
    examples: docs.examples.map(said => written(settings, said)),
    env: settings.env(schema.parse(settings.word(...plainest))),
    shapes: objectsOf(bare(schema), undefined).map(object => shapeOf(object, settings)),
  }
}

function shapeOf(object: z.ZodObject, { kind, name }: AdapterSettings): AdapterDescription['shapes'][number] {
  const fields = Object.entries(object.shape).filter(([field]) => field !== adapterTags[kind])
  const fixed = fields.find(([, field]) => field instanceof z.ZodLiteral)
  const shape = fixed?.[1] instanceof z.ZodLiteral ? String(fixed[1].value) : name
  return { name: shape, fields: fields.map(([field, schema]) => fieldOf(field, schema)) }
}

function fieldOf(name: string, schema: z.core.$ZodType): AdapterField {
  const inside = bare(schema)
  const whenLeftOut = leftOut(schema)
  return {
    name,
    label: labelOf(name),
    about: aboutOf(schema),
    takes: takes(inside),
    choices: choicesOf(inside),
    isRequired: !z.safeParse(schema, undefined).success,
    ...(whenLeftOut !== undefined && { whenLeftOut }),
    refersTo: refersTo(inside),
  }
}

const aboutOf = (schema: z.core.$ZodType): string => {
  const said = z.globalRegistry.get(schema)?.description
  if (said !== undefined) return said
  const inside = bare(schema)
  return inside === schema ? '' : aboutOf(inside)
}

function leftOut(schema: z.core.$ZodType): AdapterField['whenLeftOut'] {
  const answer = z.safeParse(schema, undefined)
  return answer.success && answer.data !== undefined ? z.json().parse(answer.data) : undefined
}

function takes(schema: z.core.$ZodType): AdapterField['takes'] {
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral) return 'choice'
  if (schema instanceof z.ZodNumber) return 'number'
  if (schema instanceof z.ZodBoolean) return 'switch'
  if (schema instanceof z.ZodArray) return 'list'
  if (schema instanceof z.ZodRecord) return 'entries'
  return schema instanceof z.ZodString || schema instanceof z.ZodURL ? 'text' : 'other'
}

function choicesOf(schema: z.core.$ZodType): string[] {
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String)
  return schema instanceof z.ZodEnum ? schema.options.map(String) : []
}

/** `routingKeyEnv` → `routing key env`; what is written in capitals stays so. */
const labelOf = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/\b(url|id|api)\b/g, word => word.toUpperCase())
