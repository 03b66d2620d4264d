import { GantryError, type Runbook, Severity } from '@gantry/core'

/**
 * Reads `docs/runbooks/<slug>.md`: front matter with `title`, `alerts` (names of rules) and `severity`, then Markdown.
 * @throws GantryError CONFIG_INVALID, naming file and line
 */
export function readRunbook(path: string, text: string): Runbook {
  const slug = path.split('/').at(-1)?.replace(/\.md$/, '') ?? path
  const lines = text
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .split('\n')
  if (lines[0] !== '---') return { slug, title: headingOf(lines) ?? slug, alerts: [], severity: null, markdown: text }
  const end = lines.indexOf('---', 1)
  if (end === -1) throw wrong(path, 1, 'expected a second line `---` that ends the front matter')
  const fields = new Map(lines.slice(1, end).flatMap((line, index) => field(line, path, index + 2)))
  const severity = fields.get('severity')
  const known = Severity.nullable().safeParse(severity ?? null)
  if (!known.success)
    throw wrong(
      path,
      lines.findIndex(line => line.startsWith('severity')) + 1,
      `severity: expected critical, warning or info, got "${severity}"`,
    )
  const body = lines.slice(end + 1)
  return {
    slug,
    title: fields.get('title') ?? headingOf(body) ?? slug,
    alerts: listOf(fields.get('alerts') ?? ''),
    severity: known.data,
    markdown: body.join('\n').trim(),
  }
}

function field(line: string, path: string, number: number): [string, string][] {
  if (line.trim() === '' || line.trimStart().startsWith('#')) return []
  const match = /^([a-z]+):\s*(.*)$/.exec(line)
  if (!match) throw wrong(path, number, `expected \`name: value\`, got "${line.slice(0, 60)}"`)
  const [, name = '', value = ''] = match
  return [[name, unquoted(value.trim())]]
}

const listOf = (text: string): string[] =>
  text
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map(part => unquoted(part.trim()))
    .filter(part => part !== '')

const unquoted = (text: string): string => /^(["'])(.*)\1$/.exec(text)?.[2] ?? text
const headingOf = (lines: string[]): string | null =>
  lines
    .find(line => line.startsWith('# '))
    ?.slice(2)
    .trim() ?? null
const wrong = (path: string, line: number, what: string) =>
  new GantryError('CONFIG_INVALID', `${path}:${line}: ${what}`, { path, line })
