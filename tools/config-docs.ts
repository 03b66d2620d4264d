import { configAsJsonSchema, describeAdapters, everyRegistry, GantryConfig } from '@gantry/config'
import type { AdapterDescription } from '@gantry/core/api'
import type { AdapterKind, AnyWord } from '@gantry/core/config'

/** The part of JSON Schema that our config schemas use. */
export interface Field {
  type?: string
  description?: string
  default?: unknown
  const?: unknown
  enum?: unknown[]
  pattern?: string
  format?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  properties?: Record<string, Field>
  required?: string[]
  items?: Field
  anyOf?: Field[]
  oneOf?: Field[]
  additionalProperties?: Field | boolean
}

/** What every zod schema can say of itself. */
interface Schema {
  toJSONSchema(o: { io: 'input'; unrepresentable: 'any' }): unknown
}

const { shape } = GantryConfig

/** Sections of what is fixed, in reading order. `lead` says what the schema cannot. */
const sections: { title: string; schema: Schema; lead: string }[] = [
  {
    title: 'Top level',
    schema: GantryConfig,
    lead: 'What `defineConfig({ … })` takes.',
  },
  {
    title: 'services',
    schema: shape.services.valueType,
    lead: 'One entry for each deployable part, under the name people call it by.',
  },
  {
    title: 'environments',
    schema: shape.environments.valueType,
    lead: 'One entry for each place where services run. An environment has `on` (a branch) or `from` (another environment).',
  },
  {
    title: 'grouping',
    schema: shape.grouping.unwrap().element,
    lead: 'Which errors are one issue. The first rule that fits decides, also over a fingerprint that a client sends.',
  },
  {
    title: 'routes',
    schema: shape.routes.unwrap().element,
    lead: 'Who is told. A route without `severity` takes every alert.',
  },
]

/** Where the words of each kind are written, and what for. */
const kinds: Record<AdapterKind, { title: string; lead: string }> = {
  provider: { title: 'Providers', lead: 'Where a service runs: `deploy` of a service.' },
  gate: { title: 'Gates', lead: 'What a promotion must meet: `gates` of an environment.' },
  probe: { title: 'Probes', lead: 'What is asked, and how: an entry of `monitors`, by name.' },
  rule: {
    title: 'Rules',
    lead: 'What fires: an entry of `alerts`, by name. The name is what runbooks list under `alerts`.',
  },
  channel: { title: 'Channels', lead: 'How people are told: `to` of a route.' },
  forward: { title: 'Forwards', lead: 'Where else what comes in is sent: an entry of `forwards`, by name.' },
  protocol: { title: 'Protocols', lead: 'How clients report; nothing is written in the config for them.' },
}

/** docs/reference/config.md, made from the zod schemas of the config and of every adapter, and their descriptions. */
export function configPage(): string {
  const fixed = sections.map(({ title, lead, schema }) => section(title, lead, tables(fieldOf(schema))))
  const adapters = Object.keys(kinds).map(adapterSection)
  return `${head}\n${[...fixed, ...adapters].join('\n')}`
}

/** docs/reference/config.schema.json: the same for programs. */
export const configJsonSchema = (): string => `${JSON.stringify(configAsJsonSchema(), null, 2)}\n`

const section = (title: string, lead: string, rest: string) => `## ${title}\n\n${lead}\n\n${rest}`

function adapterSection(kind: string): string {
  const { title, lead } = kinds[kind as AdapterKind]
  const ofKind = describeAdapters(everyRegistry).filter(each => each.kind === kind)
  return section(title, lead, ofKind.map(adapterText).join('\n'))
}

/** What it is, how it is written, what it reads, and its settings: one table for each shape they have. */
function adapterText(adapter: AdapterDescription): string {
  const { kind, name, title, about, link, examples, env } = adapter
  const registry: Readonly<Record<string, AnyWord>> = everyRegistry[kind]
  const schema = registry[name]?.settings.schema
  const names = env.map(each => `\`${each.name}\` (${each.about})`).join(', ')
  const lines = [
    `### ${name}`,
    `${link === null ? title : `[${title}](${link})`}. ${about}`,
    ...(kind === 'protocol' ? [] : [['```ts', ...examples, '```'].join('\n')]),
    ...(names === '' ? [] : [`Reads ${names}.`]),
  ]
  return `${lines.join('\n\n')}\n\n${schema && kind !== 'protocol' ? shapes(fieldOf(schema)) : ''}`
}

/** One table, or one for each shape under the field that tells it apart. */
function shapes(field: Field): string {
  const choices = field.oneOf ?? field.anyOf
  if (!choices) return table(field)
  return choices.map(choice => `${told(choice)}\n\n${table(choice)}`).join('\n')
}

function told(choice: Field): string {
  const fixed = Object.entries(choice.properties ?? {}).filter(([, { const: value }]) => value !== undefined)
  const [name, { const: value } = {}] = fixed.at(-1) ?? ['', {}]
  return `With \`${name}: ${JSON.stringify(value)}\`:`
}

const head = `# Config

<!-- Generated from the schema of packages/config and the settings of adapters by \`node tools/generated.ts\`. Change it there. -->

\`gantry.config.ts\` stands beside \`package.json\` and exports \`defineConfig({ … })\` from \`@gantry/config\`. It is
strict: a field nobody knows is an error that names its path. Gantry reads it from the newest commit of \`main\`.
A duration is a number and a unit: \`250ms\`, \`30s\`, \`5m\`, \`1.5h\`, \`7d\`.
\`gantry config check\` reads it here; \`gantry config schema\` prints [its schema](config.schema.json) for programs.
`

const fieldOf = (schema: Schema) => schema.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as Field

/** One table for an object; for a choice between objects, one for each, under what tells them apart. */
export function tables(field: Field): string {
  const choices = field.oneOf ?? field.anyOf
  if (!choices) return table(field)
  return choices.map(choice => `### ${nameOf(choice)}\n\n${table(choice)}`).join('\n')
}

function nameOf(choice: Field): string {
  const fixed = Object.entries(choice.properties ?? {}).find(([, { const: value }]) => value !== undefined)
  return fixed ? String(fixed[1].const) : 'any'
}

const table = (field: Field) =>
  ['| field | takes | when left out | meaning |', '|---|---|---|---|', ...rows(field, ''), ''].join('\n')

/** A row for each field; the fields of an object inside follow it under dotted names. */
function rows(field: Field, prefix: string): string[] {
  const { properties = {}, required = [] } = objectIn(field)
  return Object.entries(properties).flatMap(([name, inner]) => {
    const isRequired = required.includes(name)
    const leftOut = isRequired ? 'required' : defaultOf(inner)
    const cells = [`\`${prefix}${name}\``, typeOf(inner), leftOut, inner.description ?? '']
    return [`| ${cells.map(escaped).join(' | ')} |`, ...rows(inner, `${prefix}${name}.`)]
  })
}

/** The object it is, or may be besides something plainer: `approvals: 1` or `approvals: { needed: 2 }`. */
function objectIn(field: Field): Field {
  const [choice, ...others] = (field.anyOf ?? []).filter(each => each.properties)
  return field.properties === undefined && choice && others.length === 0 ? choice : field
}

function typeOf(field: Field): string {
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``
  if (field.enum) return field.enum.map(value => `\`${JSON.stringify(value)}\``).join(' or ')
  const choices = field.anyOf ?? field.oneOf
  if (choices) return [...new Set(choices.map(typeOf))].join(' or ')
  if (field.type === 'array') return `list of ${field.items ? typeOf(field.items) : 'anything'}`
  if (field.type === 'object') return objectOf(field)
  return `${field.type ?? 'anything'}${limitsOf(field)}`
}

const objectOf = (field: Field) =>
  typeof field.additionalProperties === 'object' && !field.properties ? 'entries by name' : 'object'

function limitsOf(field: Field): string {
  if (field.format === 'uri') return ' (an address)'
  if (field.pattern) return ` like \`${field.pattern}\``
  const low = field.minimum ?? (field.exclusiveMinimum === undefined ? undefined : `above ${field.exclusiveMinimum}`)
  const high = field.maximum !== undefined && field.maximum < Number.MAX_SAFE_INTEGER ? field.maximum : undefined
  if (low === undefined && high === undefined) return ''
  return ` (${[low ?? '…', high ?? '…'].join(' to ')})`
}

const defaultOf = (field: Field) => (field.default === undefined ? 'nothing' : `\`${JSON.stringify(field.default)}\``)

const escaped = (text: string) => text.replaceAll('|', '\\|')
