import { type LintFinding, rules } from '@gantry/lint'

const schema = 'https://json.schemastore.org/sarif-2.1.0.json'
/** Not files in `rules/`: what the linter itself finds. */
const ownRules = [
  { id: 'valid', summary: 'GitHub refuses the file.', why: 'Nothing in it runs.' },
  { id: 'encoding', summary: 'A file that is not UTF-8.', why: 'GitHub reads another text than you do.' },
  {
    id: 'ignore-comment',
    summary: 'A gantry-ignore comment without a reason, or with nothing to ignore.',
    why: 'It hides what nobody decided.',
  },
]

/** What GitHub's code scanning reads. https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
export function sarif(findings: readonly LintFinding[], version: string): object {
  const described = [...ownRules, ...rules].map(({ id, summary, why }) => ({
    id,
    shortDescription: { text: summary },
    fullDescription: { text: why },
  }))
  const driver = { name: 'gantry lint', semanticVersion: version, rules: described }
  return { $schema: schema, version: '2.1.0', runs: [{ tool: { driver }, results: findings.map(resultOf) }] }
}

function resultOf({ rule, severity, path, line, column, endLine, endColumn, message, fix }: LintFinding): object {
  const region = { startLine: line, startColumn: column, endLine, endColumn }
  return {
    ruleId: rule,
    level: severity,
    message: { text: `${message}. ${fix}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: encodeURI(path) }, region } }],
  }
}
