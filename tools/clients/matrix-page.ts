import { type Feature, features, type Matrix } from './clients.ts'

const marks = { shown: 'yes', lost: '**lost**', none: '–' }

/** Clients down, what they send across. */
export const matrixPage = (matrix: Matrix): string => `# Clients

Clients as they are published, driven for real against a server, and what the server shows of what they sent. Made from a run by
\`node tools/clients/main.ts\`; what a client cannot do, or is not asked to, is –.

${matrixTable(matrix)}
`

function matrixTable(matrix: Matrix): string {
  const names = Object.keys(features) as Feature[]
  const rows = matrix.map(({ client, version, outcomes }) =>
    [`${client.title} (${version})`, ...names.map(name => marks[outcomes[name]])].join(' | '),
  )
  const head = ['client', ...names.map(name => features[name])].join(' | ')
  return [`| ${head} |`, `|${'---|'.repeat(names.length + 1)}`, ...rows.map(row => `| ${row} |`)].join('\n')
}
