import type { Report } from '../report.ts'
import { ranges } from './figures.ts'

/** GitHub shows ten of a level for one step and drops the rest. */
const mostOfALevel = 10

/** GitHub's workflow commands: an error at each failed test and for each report that cannot be read, a notice at changed lines no test covers. */
export function annotations({ tests, coverage, unreadable }: Report): string[] {
  const failures = (tests?.failures ?? []).map(({ file, title, failure }) =>
    command('error', failure?.message ?? 'failed', {
      file: failure?.at?.file ?? file,
      ...(failure?.at ? { line: failure.at.line } : {}),
      title,
    }),
  )
  const holes = (coverage?.changed?.files ?? []).flatMap(({ file, uncovered }) =>
    uncovered.map(range =>
      command('notice', `No test runs ${ranges([range])}`, {
        file,
        line: range.from,
        endLine: range.to,
        title: 'Changed lines without a test',
      }),
    ),
  )
  const missed = (coverage?.missed ?? []).map(sentence => command('error', sentence, { title: 'Coverage' }))
  const unread = unreadable.map(sentence => command('error', sentence, { title: 'Unreadable report' }))
  return [
    ...limited([...unread, ...missed, ...failures], 'error', 'failures'),
    ...limited(holes, 'notice', 'stretches of changed lines without a test'),
  ]
}

/** The last place says how many there are beyond the limit, so that none disappears without a word. */
function limited(commands: readonly string[], level: string, what: string): string[] {
  if (commands.length <= mostOfALevel) return [...commands]
  const shown = commands.slice(0, mostOfALevel - 1)
  return [...shown, command(level, `${commands.length - shown.length} more ${what}: see the summary`, {})]
}

function command(level: string, message: string, properties: Record<string, string | number>): string {
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(String(value))}`)
  return `::${level}${written.length > 0 ? ` ${written.join(',')}` : ''}::${escaped(message)}`
}

const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const escapedProperty = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
