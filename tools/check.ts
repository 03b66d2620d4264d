import { readdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isSource, sourceFolders, violations } from './boundaries.ts'
import { durationText, root, runCommand } from './command.ts'
import { brokenLinks, existsBelow, isMarkdown } from './docs-links.ts'
import { stalePages } from './generated.ts'
import { importCircles, packageEntries } from './import-circles.ts'
import { sourceFiles } from './source-files.ts'
import { toolCall } from './tool-call.ts'
import { isAction, isWorkflow, workflowFaults } from './workflow-rules.ts'

interface Finding {
  isOk: boolean
  /** What a person needs to mend it; empty when there is nothing to mend. */
  output: string
}

export interface CheckResult extends Finding {
  name: string
  durationMs: number
}

/** Every check behind `pnpm check`: the only list. `pnpm check format links` runs two of them. */
const checks: { name: string; run(): Promise<Finding> }[] = [
  { name: 'types', run: command('tsc', '--noEmit') },
  { name: 'dashboard-types', run: command('tsc', '--noEmit', '-p', 'apps/dashboard') },
  { name: 'format', run: command('biome', 'check', '.') },
  { name: 'unused', run: command('knip', '--no-progress') },
  {
    name: 'boundaries',
    run: async () => {
      const files = await sourceFiles(root, sourceFolders, isSource)
      return sentences([...violations(files), ...importCircles(files, await packageEntries(root))])
    },
  },
  {
    name: 'generated',
    run: async () => sentences((await stalePages()).map(path => `${path} is stale; run \`node tools/generated.ts\``)),
  },
  {
    name: 'migrations',
    run: async () => command('squawk', '--assume-in-transaction', ...(await migrations()))(),
  },
  {
    name: 'workflows',
    run: async () => {
      const faults = workflowFaults(await sourceFiles(root, ['.github'], path => isWorkflow(path) || isAction(path)))
      if (faults.length > 0) return sentences(faults)
      return command('node', 'apps/cli/src/main.ts', 'lint', '--strict', '.', 'examples/sitebuilder')()
    },
  },
  { name: 'environment', run: command('node', 'apps/cli/src/main.ts', 'env', 'check') },
  {
    name: 'links',
    run: async () => sentences(brokenLinks(await sourceFiles(root, [''], isMarkdown), existsBelow(root))),
  },
]

async function migrations(): Promise<string[]> {
  const names = await readdir(join(root, 'supabase/migrations'))
  return names.filter(name => name.endsWith('.sql')).map(name => join('supabase/migrations', name))
}

/**
 * Runs every check, or those named, as many at once as there are processors, and tells of each as it ends.
 * @throws Error when a name is not one of a check
 */
export async function runChecks(
  tell: (result: CheckResult) => void,
  names: readonly string[] = checks.map(({ name }) => name),
): Promise<CheckResult[]> {
  const unknown = names.filter(name => !checks.some(check => check.name === name))
  if (unknown.length > 0)
    throw new Error(`no check ${unknown.join(', ')}; there are ${checks.map(({ name }) => name).join(', ')}`)
  const waiting = checks.filter(({ name }) => names.includes(name))
  const results: CheckResult[] = []
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const startedAt = performance.now()
      const finding = await check.run().catch(failure)
      const result = { name: check.name, ...finding, durationMs: performance.now() - startedAt }
      results.push(result)
      tell(result)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return results
}

/** `ok    12.3 s  types`, and below a failed one what it found. */
export function checkLine({ name, isOk, output, durationMs }: CheckResult): string {
  const line = `${isOk ? 'ok  ' : 'FAIL'}  ${durationText(durationMs).padStart(8)}  ${name}`
  return isOk ? line : `${line}\n${output.trimEnd().replace(/^/gm, '      ')}`
}

function command(...words: string[]): () => Promise<Finding> {
  return async () => {
    const { exitCode, output } = await runCommand(words)
    return { isOk: exitCode === 0, output }
  }
}

const sentences = (found: string[]): Finding => ({ isOk: found.length === 0, output: found.join('\n') })

const failure = (cause: unknown): Finding => ({
  isOk: false,
  output: String(cause instanceof Error ? cause.stack : cause),
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { has, names } = toolCall({
    usage: 'pnpm check [name …] [--json]',
    about: 'Runs every check, or those named.',
    flags: { json: 'print what was found as JSON, for programs' },
    names: checks.map(({ name }) => name),
  })
  const isJson = has('json')
  const results = await runChecks(
    result => isJson || console.log(checkLine(result)),
    names.length > 0 ? names : undefined,
  )
  if (isJson) console.log(JSON.stringify({ checks: results }, null, 2))
  process.exitCode = results.every(({ isOk }) => isOk) ? 0 : 1
}
