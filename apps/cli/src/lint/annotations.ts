import type { LintFinding } from '@gantry/lint'

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const

/** Lines that GitHub's runner turns into marks beside the code. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands */
export const annotations = (findings: readonly LintFinding[]): string[] =>
  findings.map(({ severity, path, line, column, endLine, endColumn, rule, message, fix }) => {
    const properties = {
      file: path,
      line,
      endLine,
      col: column,
      endColumn: endLine === line ? endColumn : column,
      title: rule,
    }
    const listed = Object.entries(properties).map(([key, value]) => `${key}=${escapedProperty(String(value))}`)
    return `::${commands[severity]} ${listed.join(',')}::${escaped(`${message}\n${fix}`)}`
  })

const escaped = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
const escapedProperty = (text: string): string => escaped(text).replace(/:/g, '%3A').replace(/,/g, '%2C')
