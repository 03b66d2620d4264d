import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { catalogue } from '@gantry/core'
import { describeAccess } from '../apps/server/src/http/openapi.ts'
import { rules } from '../packages/lint/src/index.ts'
import { accessTable, actsTable } from './access-docs.ts'
import { adapterEnv } from './adapter-env.ts'
import { cataloguePage } from './catalogue-docs.ts'
import { root } from './command.ts'
import { configJsonSchema, configPage } from './config-docs.ts'
import { asRemark, withBlock } from './generated-block.ts'
import { githubSchema } from './github-schema.ts'
import { routeTable } from './http-docs.ts'
import { lintRulesPage } from './lint-docs.ts'
import { openApi, openApiFile, openApiPath } from './openapi-docs.ts'
import { transitionTable } from './states-docs.ts'
import { syntaxTables } from './syntax-docs.ts'
import { toolCall } from './tool-call.ts'
import { vendorTables } from './vendor-docs.ts'

/** Every generated page of the docs, and tables made from elsewhere: the only list. A page is made from the sources and from what it held before. */
const pages: { path: string; render(before: string): Promise<string> }[] = [
  { path: 'docs/reference/errors.md', render: async () => cataloguePage(catalogue) },
  { path: 'docs/reference/config.md', render: async () => configPage() },
  { path: 'docs/reference/config.schema.json', render: async () => configJsonSchema() },
  { path: '.env.example', render: async before => withBlock(before, 'adapters', adapterEnv(before), asRemark) },
  { path: 'packages/workflow/src/file/schema/github-schema.json', render: githubSchema },
  { path: 'docs/reference/lint-rules.md', render: async () => lintRulesPage(rules) },
  {
    path: 'docs/reference/states.md',
    render: async before => withBlock(before, 'transitions', transitionTable()),
  },
  {
    path: 'docs/reference/workflow-syntax.md',
    render: async before => withBlock(before, 'syntax', await syntaxTables()),
  },
  {
    path: 'docs/reference/access.md',
    render: async before =>
      withBlock(withBlock(before, 'acts', actsTable()), 'access', accessTable(await describeAccess())),
  },
  { path: 'docs/reference/vendors.md', render: async before => withBlock(before, 'vendors', await vendorTables()) },
  { path: openApiPath, render: async () => openApiFile(await openApi()) },
  {
    path: 'docs/reference/http.md',
    render: async before => withBlock(before, 'routes', routeTable(await openApi())),
  },
]

/** Paths of generated pages that differ from what the sources say now. */
export async function stalePages(): Promise<string[]> {
  const stale = await Promise.all(pages.map(async page => ((await change(page)).isStale ? [page.path] : [])))
  return stale.flat()
}

async function change(page: (typeof pages)[number]): Promise<{ isStale: boolean; text: string }> {
  const before = await readFile(join(root, page.path), 'utf8').catch(() => '')
  const text = await page.render(before)
  return { isStale: text !== before, text }
}

async function writePages(): Promise<void> {
  for (const page of pages) {
    const { isStale, text } = await change(page)
    if (isStale) await writeFile(join(root, page.path), text)
    console.log(`${isStale ? 'wrote' : 'fresh'}  ${page.path}`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  toolCall({ usage: 'node tools/generated.ts', about: 'Writes the pages that are made from the code.' })
  await writePages()
}
