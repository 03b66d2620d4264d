import { spawn } from 'node:child_process'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type PlannedFile, type RepositoryFacts, sealed } from '@gantry/workflow'

const timeoutMs = 30_000

interface Formatter {
  name: string
  takes: RegExp
  command(path: string): string[]
}

const biome: Formatter = {
  name: '@biomejs/biome',
  takes: /\.(ts|ya?ml)$/,
  command: path => ['biome', 'format', `--stdin-file-path=${path}`],
}
const prettier: Formatter = {
  name: 'prettier',
  takes: /\.(ts|md|ya?ml)$/,
  command: path => ['prettier', '--stdin-filepath', path],
}

/**
 * Planned files as the repository's own formatter would leave them, so that its format check stays green. Without one,
 * or when it was not installed, they stay as they are.
 */
export async function formatFiles(
  top: string,
  facts: RepositoryFacts,
  files: readonly PlannedFile[],
): Promise<{ files: PlannedFile[]; notes: string[] }> {
  const used = [biome, prettier].filter(({ name }) => facts.root.dependencies.has(name))
  const notes: string[] = []
  const formatted: PlannedFile[] = []
  for (const file of files) {
    const formatter = file.isBlock ? undefined : used.find(({ takes }) => takes.test(file.path))
    const result = formatter === undefined ? { text: file.text } : await formattedBy(formatter, top, file)
    // Older Biomes know no YAML and so have nothing against it either.
    if ('fault' in result && !(formatter === biome && !file.path.endsWith('.ts'))) {
      notes.push(`${file.path} is not formatted: ${result.fault}`)
    }
    formatted.push('fault' in result ? file : { ...file, text: file.isBlock ? result.text : sealed(result.text) })
  }
  return { files: formatted, notes: [...new Set(notes)].slice(0, 3) }
}

async function formattedBy(
  { name, command }: Formatter,
  top: string,
  { path, text: input }: PlannedFile,
): Promise<{ text: string } | { fault: string }> {
  const [tool = '', ...args] = command(path)
  const program = join(top, 'node_modules/.bin', tool)
  const isThere = await access(program).then(
    () => true,
    () => false,
  )
  if (!isThere) return { fault: `${name} is not installed here` }
  const child = spawn(program, args, { cwd: top, stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs })
  child.stdin.on('error', () => {
    // It ended without reading all; its exit code says why.
  })
  child.stdin.end(input)
  const ended = new Promise<number>(resolve => {
    child.once('error', () => resolve(1))
    child.once('close', code => resolve(code ?? 1))
  })
  const [out, complaint, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  if (code === 0 && out !== '') return { text: out }
  return { fault: `${name} answered: ${complaint.trim().split('\n')[0] ?? `exit code ${code}`}` }
}
