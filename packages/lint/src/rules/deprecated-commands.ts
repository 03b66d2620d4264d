import { textOf } from '@gantry/workflow'
import type { Edit } from '../edit.ts'
import { defineRule } from '../rule.ts'
import type { LintFile, LintStep } from '../tree/lint-file.ts'
import { matchesIn, type ScriptLine } from '../tree/script-lines.ts'
import { isHostedShell } from '../tree/shell-of.ts'

export const deprecatedCommands = defineRule({
  id: 'deprecated-commands',
  area: 'correctness',
  severity: 'warning',
  summary: 'A command GitHub has retired: `::set-output`, `::save-state`, `::set-env`, `::add-path`.',
  why: 'The runner warns about the first two and refuses the others; whatever prints such a line to the log is obeyed.',
  fix: 'Append `name=value` to the file `$GITHUB_OUTPUT`, `$GITHUB_STATE`, `$GITHUB_ENV` or `$GITHUB_PATH`.',
  bad: [
    `
- run: echo "::set-output name=version::$VERSION" # ✗
- run: |
    echo ::set-env name=CI::true # ✗`,
  ],
  good: [
    `
- run: echo "version=$VERSION" >> "$GITHUB_OUTPUT"
- run: echo "::notice title=set-output::gone"`,
  ],
  check: file =>
    file.steps.flatMap(step =>
      matchesIn(file, step, /::(set-output|save-state|set-env)\s+name=|::add-path::/).map(({ match, ...line }) => {
        const command = /set-output|save-state|set-env|add-path/.exec(match[0])?.[0]
        const edits = editFor(file, step, line)
        const message = `expected a line appended to a file, got the retired command ::${command}`
        return { at: line, message, ...(edits && { edits }) }
      }),
    ),
})

/** What sets variables or the path is refused by the runner: written to a file it would take effect. */
const files: Record<string, string> = { 'set-output': 'GITHUB_OUTPUT', 'save-state': 'GITHUB_STATE' }

/**
 * One `echo` of a text that stands in the script itself. What a variable holds may have a second line, which the command
 * drops and the file refuses; `%0A` means a line break to the command only.
 */
function editFor(file: LintFile, step: LintStep, { text, from: at }: ScriptLine): Edit[] | undefined {
  const match =
    /^echo "::(set-output|save-state) name=([A-Za-z_][\w-]*)::([^"`$\\%\s](?:[^"`$\\%]*[^"`$\\%\s])?)"$/.exec(text)
  const [, command = '', name, value] = match ?? []
  const script = textOf(step.run)
  const from = file.text.indexOf('echo', file.text.lastIndexOf('\n', at) + 1)
  const isWritten = file.text.slice(from, from + text.length) === text && !step.run?.isShared
  if (match === null || !isWritten || !isHostedShell(file, step) || !script.split('\n').every(isPlainLine))
    return undefined
  if (file.text.includes('stop-commands')) return undefined
  return [{ from, to: from + text.length, text: `echo "${name}=${value}" >> "$${files[command]}"` }]
}

/** What this line prints goes to the log, wherever in the script it stands. */
const isPlainLine = (line: string): boolean =>
  !/[`(){}|<>\\']|\bexec\b/.test(line) && (line.split('"').length - 1) % 2 === 0
