import { shortSha } from '../words/short-sha.ts'
import type { ReleaseComparison } from './compare-releases.ts'

/** What somebody wrote for users about one change: a file of https://github.com/changesets/changesets. */
export interface Changeset {
  /** Packages it is about, each with how much it changes: `major`, `minor`, `patch`. */
  packages: { name: string; bump: string }[]
  text: string
}

const order = ['major', 'minor', 'patch']
const headings: Record<string, string> = { major: 'Breaking', minor: 'New', patch: 'Mended' }

/** Null for what is no changeset. */
export function readChangeset(markdown: string): Changeset | null {
  const [, head, text = ''] = /^---\r?\n([\s\S]*?)\r?\n?---\r?\n?([\s\S]*)$/.exec(markdown) ?? []
  if (head === undefined) return null
  const packages = [...head.matchAll(/^\s*['"]?([^'":\s]+)['"]?\s*:\s*['"]?(\w+)['"]?\s*$/gm)].map(
    ([, name = '', bump = '']) => ({ name, bump }),
  )
  return { packages, text: text.trim() }
}

/** Release notes as Markdown: first what was written for users, then every commit and what to look at when it is deployed. */
export function releaseNotes(comparison: ReleaseComparison, changesets: readonly Changeset[]): string {
  const { from, to, commits, takenBack, migrations, variables, dependencies } = comparison
  const written = Map.groupBy(
    changesets.filter(({ text }) => text !== ''),
    ({ packages }) => order.find(bump => packages.some(each => each.bump === bump)) ?? 'patch',
  )
  const sections = [
    ...order.map(bump => section(headings[bump] ?? bump, (written.get(bump) ?? []).map(changesetLine))),
    section(
      'Commits',
      commits.map(({ sha, title, author }) => `${shortSha(sha)} ${title} (${author})`),
    ),
    section(
      'Taken back',
      takenBack.map(({ sha, title }) => `${shortSha(sha)} ${title}`),
    ),
    section(
      'Migrations',
      migrations.added.map(({ version, name, effect }) => `\`${version}_${name}\`: ${effect}`),
    ),
    section(
      'Variables',
      variables.map(({ name, file, change }) => `\`${name}\` ${change} in ${file}`),
    ),
    section(
      'Dependencies',
      dependencies.map(({ name, from: was, to: is }) => `\`${name}\` ${was ?? 'new'} → ${is ?? 'taken out'}`),
    ),
  ]
  const head = `# ${shortSha(to)}\n\nSince ${shortSha(from)}.`
  return `${[head, ...sections.filter(text => text !== '')].join('\n\n')}\n`
}

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `## ${title}\n\n${lines.map(line => `- ${line}`).join('\n')}`

function changesetLine({ packages, text }: Changeset): string {
  const [first = '', ...rest] = text.split('\n')
  const names = packages.map(({ name }) => `\`${name}\``).join(', ')
  return [`${first}${names && ` (${names})`}`, ...rest.map(line => (line === '' ? '' : `  ${line}`))].join('\n')
}
