import { features, type Matrix } from './clients.ts'
import { type LogFeature, logFeatures } from './log-clients.ts'

const marks = { shown: 'yes', lost: '**lost**', none: '–' }

/** Clients down, what they send across. */
export const matrixPage = (reports: Matrix, lines: Matrix<LogFeature>): string => `# Clients

Clients as they are published, driven for real against a server, and what the server shows of what they sent. Made from a run by
\`node tools/clients/main.ts\`; what a client cannot do, or is not asked to, is –.

## Errors

${matrixTable(reports, features)}

\`@sentry/browser\` and \`@sentry/react\` run in Chromium, \`@sentry/nextjs\` in a server; its pages are driven by \`tools/pages\`, every night. The
SDKs of Python, Ruby and Go are those of Debian.

## Log lines

Each sends three lines: information, a warning with fields, an error with its stack. A program that is no package here is a request of
the shape it is known to send. The exporters of OpenTelemetry are driven by the tests of \`packages/ingest\`.

${matrixTable(lines, logFeatures)}
`

function matrixTable<F extends string>(matrix: Matrix<F>, names: Readonly<Record<F, string>>): string {
  const columns = Object.keys(names) as F[]
  const rows = matrix.map(({ title, version, outcomes }) =>
    [version === '' ? title : `${title} (${version})`, ...columns.map(name => marks[outcomes[name]])].join(' | '),
  )
  const head = ['client', ...columns.map(name => names[name])].join(' | ')
  return [`| ${head} |`, `|${'---|'.repeat(columns.length + 1)}`, ...rows.map(row => `| ${row} |`)].join('\n')
}
