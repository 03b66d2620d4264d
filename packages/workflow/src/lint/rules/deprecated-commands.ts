import { defineRule, type Edit } from '../rule.ts'
import { matchesIn, type ScriptLine } from '../tree/script-lines.ts'

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
        const edits = editFor(line, file.text)
        const message = `expected a line appended to a file, got the retired command ::${command}`
        return { at: line, message, ...(edits && { edits }) }
      }),
    ),
})

const files: Record<string, string> = {
  'set-output': 'GITHUB_OUTPUT',
  'save-state': 'GITHUB_STATE',
  'set-env': 'GITHUB_ENV',
}

/** One `echo "::set-output name=a::b"` that is the whole line and says where the text ends. */
function editFor({ text, from }: ScriptLine, file: string): Edit[] | undefined {
  const match = /^echo "::(set-output|save-state|set-env) name=([A-Za-z_][\w-]*)::([^"`]*)"$/.exec(text)
  const [, command = '', name, value] = match ?? []
  const start = file.indexOf('echo', file.lastIndexOf('\n', from) + 1)
  if (match === null || file.slice(start, start + text.length) !== text) return undefined
  return [{ from: start, to: start + text.length, text: `echo "${name}=${value}" >> "$${files[command]}"` }]
}
