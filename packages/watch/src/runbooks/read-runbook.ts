import { GantryError, type Runbook } from '@gantry/core'
import { readFrontMatter } from './front-matter.ts'

/** What a person writes is a few pages; more than this is another file under a wrong name. */
const mostCharacters = 1_000_000

/**
 * Reads `docs/runbooks/<slug>.md`: front matter (YAML) with `title`, `alerts` (names of rules) and `severity`, all of
 * them optional, then Markdown. Byte order mark and Windows line ends are not kept.
 * @throws GantryError CONFIG_INVALID, naming file and line
 */
export function readRunbook(path: string, text: string): Runbook {
  const fail = (line: number, what: string): never => {
    throw new GantryError('CONFIG_INVALID', `${path}:${line}: ${what}`, { path, line })
  }
  if (text.length > mostCharacters) return fail(1, `expected at most ${mostCharacters} characters, got ${text.length}`)
  const slug = path.split('/').at(-1)?.replace(/\.md$/, '') ?? path
  const { front, body } = partsOf(text, fail)
  const { title, alerts, severity } = readFrontMatter(front, fail)
  return { slug, title: title ?? headingOf(body) ?? slug, alerts, severity, markdown: body.join('\n').trim() }
}

/** The text between the two lines `---`, and the lines after them. */
function partsOf(text: string, fail: (line: number, what: string) => never): { front: string; body: string[] } {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  const isFence = (line: string) => line.trimEnd() === '---'
  if (!isFence(lines[0] ?? '')) return { front: '', body: lines }
  const end = lines.findIndex((line, index) => index > 0 && isFence(line))
  if (end === -1) return fail(1, 'expected a second line `---` that ends the front matter')
  return { front: lines.slice(1, end).join('\n'), body: lines.slice(end + 1) }
}

const headingOf = (lines: string[]): string | null =>
  lines
    .find(line => line.startsWith('# '))
    ?.slice(2)
    .trim() || null
