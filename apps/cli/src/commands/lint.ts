import { type LintFinding, lintText, mendText } from '@gantry/lint'
import manifest from '../../package.json' with { type: 'json' }
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import { annotations } from '../lint/annotations.ts'
import { type FoundFile, findFiles, topOf } from '../lint/find-files.ts'
import { readPins } from '../lint/read-pins.ts'
import { readSettings } from '../lint/read-settings.ts'
import { renderFindings, summaryOf } from '../lint/render-findings.ts'
import { replaceFile } from '../lint/replace-file.ts'
import { sarif } from '../lint/sarif.ts'
import { outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  arguments: [{ name: '[files...]', text: 'files or folders; left out: the workflows and actions of the repository' }],
  options: [
    { flags: '--fix', text: 'mend what then runs as before, for certain, and show the rest' },
    { flags: '--pin-tags', text: 'with --fix: pin tags that move, such as v4, to the newest commit known' },
    { flags: '--pins <file>', text: 'more commits for --fix: { "owner/action": { "v1.2.3": "commit" } }' },
    { flags: '--strict', text: 'exit 1 for warnings and notes, too' },
    { flags: '--sarif', text: 'print SARIF, for code scanning' },
    { flags: '--github', text: "print annotations, for GitHub's runner" },
  ],
  details: `Checks workflow files and action.yml: what GitHub refuses, security, and what breaks in pnpm monorepos. Every rule
is in docs/reference/lint-rules.md. A comment excuses one line, with a reason: # gantry-ignore rule-id, other-id: reason
The section \`lint\` of gantry.config.ts turns rules off, decides how severe they are, and names actions that need no pin.
Exits 1 when there is an error.`,
  examples: ['lint', 'lint --fix', 'lint .github/workflows/ci.yml --strict', 'lint --sarif > lint.sarif'],
  async run(call, host) {
    const output = outputOf(call, host)
    checkFormats(call)
    const [pins, settings] = [await readPins(host.cwd, call.text('pins')), await readSettings(topOf(host.cwd), output)]
    const files = await findFiles(host.cwd, call.list('files'), { pins, ...(settings && { settings }) })
    const checked = files.map(file =>
      call.flag('fix') ? mended(file, call.flag('pinTags')) : { ...file, findings: found(file), mended: 0 },
    )
    await Promise.all(checked.filter(each => each.mended > 0).map(({ absolute, text }) => replaceFile(absolute, text)))
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

const found = ({ path, text, fault, repository }: FoundFile): LintFinding[] =>
  fault ? [fault, ...lintText(path, text, repository)] : lintText(path, text, repository)

function mended(file: FoundFile, movingTags: boolean): FoundFile & { findings: LintFinding[]; mended: number } {
  if (file.fault) return { ...file, findings: found(file), mended: 0 }
  const { text, count } = mendText(file.path, file.text, file.repository, { movingTags })
  return { ...file, text, findings: found({ ...file, text }), mended: count }
}

const published = ({ edits, isPinOfMovingTag, ...finding }: LintFinding) => ({
  ...finding,
  canFix: edits.length > 0 && !isPinOfMovingTag,
})
