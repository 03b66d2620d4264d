import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Feature, readFeature } from '../packages/workflow/src/testing/feature.ts'
import { root } from './command.ts'

const folder = 'packages/workflow/features'

const titles: Record<string, string> = {
  workflow: 'The workflow',
  on: 'Events',
  jobs: 'Jobs',
  strategy: 'Matrix',
  steps: 'Steps',
  shells: 'Shells',
  actions: 'Actions',
  contexts: 'Contexts',
  expressions: 'Expressions',
  commands: 'Commands and files',
}

/** One table for each folder of examples, in the order above; a folder without a title comes last under its own name. */
export async function syntaxTables(): Promise<string> {
  const entries = await readdir(join(root, folder), { withFileTypes: true })
  const areas = entries.filter(entry => entry.isDirectory() && entry.name !== 'repository').map(({ name }) => name)
  const order = Object.keys(titles)
  const place = (area: string) => (order.includes(area) ? order.indexOf(area) : order.length)
  const sorted = areas.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
  const tables = await Promise.all(sorted.map(async area => table(titles[area] ?? area, await examplesIn(area))))
  return tables.join('\n\n')
}

interface Example {
  path: string
  feature: Feature
}

async function examplesIn(area: string): Promise<Example[]> {
  const names = (await readdir(join(root, folder, area))).filter(name => name.endsWith('.yml')).sort()
  return Promise.all(
    names.map(async name => {
      const path = `${folder}/${area}/${name}`
      return { path, feature: readFeature(await readFile(join(root, path), 'utf8')) }
    }),
  )
}

function table(title: string, examples: readonly Example[]): string {
  const rows = examples.map(({ path, feature: { syntax, status, says } }) => {
    const cells = [`\`${syntax}\``, status === 'supported' ? 'supported' : `**${status}**`, says]
    return `| ${cells.map(cell).join(' | ')} | [example](../../${path}) |`
  })
  return [`## ${title}`, '', '| syntax | here | what it does | |', '|---|---|---|---|', ...rows].join('\n')
}

const cell = (text: string): string => text.replaceAll('|', '\\|')
