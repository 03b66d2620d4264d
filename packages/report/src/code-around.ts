export interface CodeLine {
  line: number
  text: string
  /** The line asked for. */
  isIt: boolean
}

/** The lines around one; empty when the file has no such line. */
export function codeAround(text: string, line: number, reach = 3): CodeLine[] {
  const lines = text.split(/\r?\n/)
  if (line < 1 || line > lines.length) return []
  const first = Math.max(1, line - reach)
  return lines
    .slice(first - 1, line + reach)
    .map((content, index) => ({ line: first + index, text: content.slice(0, 200), isIt: first + index === line }))
}
