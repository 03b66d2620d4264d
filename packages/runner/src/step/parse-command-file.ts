/**
 * Reads GITHUB_ENV, GITHUB_OUTPUT and GITHUB_STATE: `NAME=VALUE` or `NAME<<DELIMITER`, by whichever of `=` and
 * `<<` comes first. Throws when a line is neither, or a delimiter never comes.
 */
export function parseCommandFile(text: string): { name: string; value: string }[] {
  const lines = text.split(/\r?\n/)
  const pairs: { name: string; value: string }[] = []
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? ''
    if (line === '') continue
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs.push({ name: nameOf(line.slice(0, equals), line), value: line.slice(equals + 1) })
    } else if (heredoc >= 0) {
      const delimiter = line.slice(heredoc + 2)
      const end = delimiter === '' ? -1 : lines.indexOf(delimiter, i + 1)
      if (end < 0)
        throw new Error(`expected the delimiter "${delimiter}" on a line of its own, got the end of the file`)
      pairs.push({ name: nameOf(line.slice(0, heredoc), line), value: lines.slice(i + 1, end).join('\n') })
      i = end
    } else {
      throw new Error(`expected NAME=VALUE or NAME<<DELIMITER, got "${line}"`)
    }
  }
  return pairs
}

function nameOf(name: string, line: string): string {
  if (name === '') throw new Error(`expected a name before "=" or "<<", got "${line}"`)
  return name
}
