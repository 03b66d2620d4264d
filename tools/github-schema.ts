import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from './command.ts'

const dist = 'packages/workflow/node_modules/@actions/workflow-parser/dist'

/** GitHub's schemas of workflows and actions as its own parser carries them, less what only an editor shows. */
export async function githubSchema(): Promise<string> {
  const [workflow, action] = await Promise.all([definitionsIn('workflow-v1.0'), definitionsIn('action-v1.0')])
  return `{\n"workflow": ${lines(workflow)},\n"action": ${lines(action)}\n}\n`
}

/** A line for each definition, so that a change of the schema reads as one. */
const lines = (definitions: object): string =>
  `{\n${Object.entries(definitions)
    .map(entry => entry.map(part => JSON.stringify(part)).join(': '))
    .join(',\n')}\n}`

interface Definition {
  description?: string
  context?: unknown
  mapping?: { properties?: Record<string, string | { description?: string }> }
}

async function definitionsIn(name: string): Promise<object> {
  const text = await readFile(join(root, dist, `${name}.min.json`), 'utf8')
  const definitions: Record<string, Definition> = JSON.parse(text).definitions
  return Object.fromEntries(Object.entries(definitions).map(([key, definition]) => [key, stripped(definition)]))
}

function stripped({ description: _, context, mapping, ...definition }: Definition): object {
  const properties = Object.entries(mapping?.properties ?? {}).map(([key, property]) => {
    if (typeof property === 'string') return [key, property]
    const { description: __, ...rest } = property
    return [key, rest]
  })
  return {
    // Which contexts a place has is read elsewhere; whether it has any decides if an expression may stand there.
    ...(context !== undefined && { context: true }),
    ...definition,
    ...(mapping && {
      mapping: { ...mapping, ...(mapping.properties && { properties: Object.fromEntries(properties) }) },
    }),
  }
}
