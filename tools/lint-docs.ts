import { areas, type Example, type Rule } from '../packages/lint/src/index.ts'

const titles: Record<(typeof areas)[number], string> = {
  correctness: 'Correctness',
  security: 'Security',
  pnpm: 'pnpm and branch protection',
}

/** docs/reference/lint-rules.md, made from the registry of rules and the examples their tests run. */
export function lintRulesPage(rules: readonly Rule[]): string {
  const parts = areas.map(area =>
    areaPart(
      titles[area],
      rules.filter(rule => rule.area === area),
    ),
  )
  return `${head(rules.length)}\n${parts.join('\n')}\n${rules.map(section).join('\n')}`
}

const head = (count: number) => `# Rules of \`gantry lint\`

<!-- Generated from packages/lint/src/rules by \`node tools/generated.ts\`. Change it there. -->

How to use it is in [Linting workflows](../guides/linting-workflows.md). Every example below is run by the tests: a rule
finds exactly the lines marked \`✗\`, and nothing in the good ones.

${count} rules, and two that are no rule's file:

- \`valid\` (error): GitHub refuses the file. The message says what was expected and what came.
- \`ignore-comment\` (error): a \`# gantry-ignore rule-id: reason\` without a reason, for no rule, or with nothing to ignore.

| severity | means | exit |
|---|---|---|
| error | GitHub refuses it, or it does what nobody wants | 1 |
| warning | a risk | 0, with \`--strict\` 1 |
| note | better otherwise | 0, with \`--strict\` 1 |
`

const areaPart = (title: string, rules: readonly Rule[]) =>
  `## ${title}\n\n| rule | severity | finds |\n|---|---|---|\n${rules
    .map(({ id, severity, summary }) => `| [${id}](#${id}) | ${severity} | ${cell(summary)} |`)
    .join('\n')}\n`

const section = ({ id, severity, summary, why, fix, bad, good }: Rule) =>
  `## ${id}\n\n${summary} (${severity})\n\n${why} ${fix}\n\n${example('Bad', bad[0])}\n${example('Good', good[0])}`

const example = (title: string, given: Example) => {
  const { text, files } = typeof given === 'string' ? { text: given, files: {} } : given
  const beside = Object.entries(files).map(([path, content]) => `With \`${path}\`:\n\n${block(path, content)}\n`)
  return `${title}:\n\n${block('x.yml', text)}\n${beside.join('')}`
}

const block = (path: string, text: string) =>
  `\`\`\`${path.endsWith('.json') ? 'json' : 'yaml'}\n${text.replace(/^\n/, '').trimEnd()}\n\`\`\`\n`

const cell = (text: string) => text.replace(/\|/g, '\\|')
