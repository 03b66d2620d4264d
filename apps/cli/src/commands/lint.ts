import { writeFile } from 'node:fs/promises'
import { applyEdits, type LintFinding, lintText } from '@gantry/workflow'
import manifest from '../../package.json' with { type: 'json' }
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import { annotations } from '../lint/annotations.ts'
import { type FoundFile, findFiles } from '../lint/find-files.ts'
import { readPins } from '../lint/read-pins.ts'
import { renderFindings, summaryOf } from '../lint/render-findings.ts'
import { sarif } from '../lint/sarif.ts'
import { outputOf } from '../terminal/output.ts'

/** One mended finding may bring another's edit within reach; more rounds than that help nobody. */
const mostRounds = 20

export const command = defineCommand({
  arguments: [{ name: '[files...]', text: 'files or folders; left out: the workflows and actions of the repository' }],
  options: [
    { flags: '--fix', text: 'mend what can be mended for certain, and show the rest' },
    { flags: '--pins <file>', text: 'more commits for --fix: { "owner/action": { "v1.2.3": "commit" } }' },
    { flags: '--strict', text: 'exit 1 for warnings and notes, too' },
    { flags: '--sarif', text: 'print SARIF, for code scanning' },
    { flags: '--github', text: "print annotations, for GitHub's runner" },
  ],
  details: `Checks workflow files and action.yml: what GitHub refuses, security, and what breaks in pnpm monorepos. Every rule
is in docs/reference/lint-rules.md. A comment excuses one line, with a reason: # gantry-ignore rule-id: reason
Exits 1 when there is an error.`,
  examples: ['lint', 'lint --fix', 'lint .github/workflows/ci.yml --strict', 'lint --sarif > lint.sarif'],
  async run(call, host) {
    const output = outputOf(call, host)
    checkFormats(call)
    const files = await findFiles(host.cwd, call.list('files'), await readPins(host.cwd, call.text('pins')))
    const checked = files.map(file => (call.flag('fix') ? mended(file) : { ...file, findings: found(file), mended: 0 }))
    await Promise.all(checked.filter(each => each.mended > 0).map(({ absolute, text }) => writeFile(absolute, text)))
    const findings = checked.flatMap(each => each.findings)
    const mendedCount = checked.reduce((sum, each) => sum + each.mended, 0)
    if (call.flag('sarif')) host.stdout.write(`${JSON.stringify(sarif(findings, manifest.version), null, 2)}\n`)
    else if (call.flag('github')) for (const line of annotations(findings)) output.print(line)
    else {
      const texts = new Map(checked.map(({ path, text }) => [path, text]))
      output.json({ files: files.map(({ path }) => path), mended: mendedCount, findings: findings.map(published) })
      if (findings.length > 0) output.print(`${renderFindings(findings, texts, output.paint)}\n`)
      output.print(`${mendedCount > 0 ? `mended ${mendedCount}; ` : ''}${summaryOf(findings, files.length)}`)
    }
    return findings.some(({ severity }) => severity === 'error' || call.flag('strict')) ? 1 : 0
  },
})

function checkFormats(call: Call): void {
  const asked = ['json', 'sarif', 'github'].filter(name => call.flag(name))
  if (asked.length > 1) throw new CalledWrongly(`expected one format, got --${asked.join(' and --')}`)
}

const found = ({ path, text, repository }: FoundFile): LintFinding[] => lintText(path, text, repository)

function mended(file: FoundFile): FoundFile & { findings: LintFinding[]; mended: number } {
  let { text } = file
  let count = 0
  for (let round = 0; round < mostRounds; round++) {
    const next = applyEdits(text, found({ ...file, text }))
    if (next.mended.length === 0) break
    text = next.text
    count += next.mended.length
  }
  return { ...file, text, findings: found({ ...file, text }), mended: count }
}

const published = ({ edits, ...finding }: LintFinding) => ({ ...finding, canFix: edits.length > 0 })
