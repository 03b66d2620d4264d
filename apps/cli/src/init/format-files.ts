import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { type PlannedFile, type RepositoryFacts, sealed } from '@gantry/init'
import { eslintFix } from './style/eslint-fix.ts'
import { printInStyle } from './style/print-in-style.ts'
import { readStyle } from './style/read-style.ts'
import { runTool } from './style/run-tool.ts'

interface Formatter {
  name: string
  takes: RegExp
  command(path: string): string[]
}

const formatters: readonly Formatter[] = [
  { name: '@biomejs/biome', takes: /\.(ts|ya?ml)$/, command: path => ['biome', 'format', `--stdin-file-path=${path}`] },
  { name: 'prettier', takes: /\.(ts|md|ya?ml)$/, command: path => ['prettier', '--stdin-filepath', path] },
  { name: 'oxfmt', takes: /\.(ts|md|ya?ml)$/, command: path => ['oxfmt', '--stdin-filepath', path] },
  { name: 'dprint', takes: /\.(ts|md|ya?ml)$/, command: path => ['dprint', 'fmt', '--stdin', path] },
]

/**
 * Planned files in the style the repository configures, so that its own lint and format check stay green: by its own
 * formatter and ESLint where they are installed, else by Gantry's Prettier with what its settings say.
 */
export async function formatFiles(
  top: string,
  facts: RepositoryFacts,
  files: readonly PlannedFile[],
): Promise<{ files: PlannedFile[]; notes: string[] }> {
  const style = readStyle(facts)
  const used = formatters.filter(({ name }) => facts.root.dependencies.has(name))
  // What lies above the workspace is out of sight of its tools.
  const installed = facts.base === '' ? await installedOf(top, used) : []
  const notes: string[] = []
  const formatted: PlannedFile[] = []
  for (const file of files) {
    const formatter = file.isBlock ? undefined : installed.find(({ takes }) => takes.test(file.path))
    const result = formatter === undefined ? null : await formattedBy(formatter, top, file)
    if (result !== null && 'fault' in result && isNews(formatter, file)) notes.push(`${file.path}: ${result.fault}`)
    const isForUs = style !== null && !file.isBlock && style.takes.test(file.path)
    const text =
      result !== null && 'text' in result
        ? result.text
        : isForUs
          ? await printInStyle(file.path, file.text, style)
          : file.text
    formatted.push({ ...file, text })
  }
  const linted = await eslintFix(
    top,
    facts,
    formatted.filter(({ isBlock, path }) => !isBlock && /\.(ts|md|ya?ml)$/.test(path)),
  )
  return {
    files: formatted.map(file =>
      file.isBlock ? file : { ...file, text: sealed(linted.texts.get(file.path) ?? file.text) },
    ),
    notes: [...new Set([...notes, ...linted.notes])].slice(0, 5),
  }
}

/** Older Biomes know no YAML and so have nothing against it either. */
const isNews = (formatter: Formatter | undefined, { path }: PlannedFile): boolean =>
  formatter?.name !== '@biomejs/biome' || path.endsWith('.ts')

async function installedOf(top: string, used: readonly Formatter[]): Promise<Formatter[]> {
  const found = await Promise.all(
    used.map(each =>
      access(programOf(top, each)).then(
        () => [each],
        () => [],
      ),
    ),
  )
  return found.flat()
}

const programOf = (top: string, { command }: Formatter): string => join(top, 'node_modules/.bin', command('')[0] ?? '')

async function formattedBy(
  formatter: Formatter,
  top: string,
  { path, text }: PlannedFile,
): Promise<{ text: string } | { fault: string }> {
  const { out, complaint, code } = await runTool(programOf(top, formatter), formatter.command(path).slice(1), text, top)
  if (code === 0 && out !== '') return { text: out }
  return { fault: `${formatter.name} answered: ${complaint.trim().split('\n')[0] || `exit code ${code}`}` }
}
