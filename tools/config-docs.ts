import { GantryConfig } from '@gantry/config'

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

/** Sections of the page, in reading order. `lead` says what the schema cannot. */
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
    title: 'gates',
    schema: shape.environments.valueType.shape.gates.unwrap().element,
    lead: 'What a promotion must meet. Write them with the words `ciGreen()`, `e2eGreen()`, `soak(…)`, `noNewIssues()`, `migrationsSafe()`.',
  },
  {
    title: 'monitors',
    schema: shape.monitors.unwrap().valueType,
    lead: 'What is probed. Write them with `http({ service, path })` or `http({ url })`.',
  },
  {
    title: 'alerts',
    schema: shape.alerts.unwrap().valueType,
    lead: 'Rules that fire. Write them with `errorRate({ … })` and `down(monitor, { … })`. The name is what runbooks list under `alerts`.',
  },
  {
    title: 'routes',
    schema: shape.routes.unwrap().element,
    lead: 'Who is told. A route without `severity` takes every alert; what is odd about CI (`anomalies`) never reaches PagerDuty. Write channels with `slack(…)` and `pagerduty(…)`.',
  },
]

/** docs/reference/config.md, made from the zod schemas of the config and their descriptions. */
export async function configPage(): Promise<string> {
  return `${head}\n${sections.map(({ title, lead, schema }) => `## ${title}\n\n${lead}\n\n${tables(fieldOf(schema))}`).join('\n')}`
}

const head = `# Config

<!-- Generated from the schema of packages/config by \`node tools/generated.ts\`. Change it there. -->

\`gantry.config.ts\` stands beside \`package.json\` and exports \`defineConfig({ … })\` from \`@gantry/config\`. It is
strict: a field nobody knows is an error that names its path. Gantry reads it from the newest commit of \`main\`.
A duration is a number and a unit: \`250ms\`, \`30s\`, \`5m\`, \`1.5h\`, \`7d\`.
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
  return Object.entries(field.properties ?? {}).flatMap(([name, inner]) => {
    const isRequired = field.required?.includes(name) ?? false
    const leftOut = isRequired ? 'required' : defaultOf(inner)
    const cells = [`\`${prefix}${name}\``, typeOf(inner), leftOut, inner.description ?? '']
    return [`| ${cells.map(escaped).join(' | ')} |`, ...rows(inner, `${prefix}${name}.`)]
  })
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
