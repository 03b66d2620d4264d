/**
 * Lines that a change added or rewrote, by file as it is now.
 * @param diff of `git diff --unified=0`; other context widths work as well
 */
export function addedLines(diff: string): Map<string, number[]> {
  const added = new Map<string, number[]>()
  let lines: number[] | null = null
  let next = 0
  let oldLeft = 0
  let newLeft = 0
  for (const text of diff.split('\n')) {
    if (oldLeft > 0 || newLeft > 0) {
      if (text.startsWith('+')) lines?.push(next)
      if (text.startsWith('-')) oldLeft--
      else if (text.startsWith('+') || text.startsWith(' ')) {
        next++
        newLeft--
        if (text.startsWith(' ')) oldLeft--
      }
      continue
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(text)
    if (hunk) {
      oldLeft = Number(hunk[1] ?? 1)
      next = Number(hunk[2])
      newLeft = Number(hunk[3] ?? 1)
    } else if (text.startsWith('+++ ')) {
      const file = fileName(text.slice(4))
      lines = file === null ? null : (added.get(file) ?? [])
      if (file !== null && lines) added.set(file, lines)
    }
  }
  return new Map([...added].filter(([, numbers]) => numbers.length > 0))
}

/** Git puts a tab after names with blanks, quotes names with odd bytes as C does, and writes /dev/null for a deletion. */
function fileName(written: string): string | null {
  const name = written.replace(/\t$/, '')
  const plain = name.startsWith('"') ? unquoted(name.slice(1, -1)) : name
  return plain === '/dev/null' ? null : plain.replace(/^b\//, '')
}

function unquoted(text: string): string {
  const named: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 }
  const bytes: number[] = []
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '\\') bytes.push(...Buffer.from(text[at] ?? ''))
    else {
      const octal = /^[0-7]{3}/.exec(text.slice(at + 1))?.[0]
      bytes.push(octal ? Number.parseInt(octal, 8) : (named[text[at + 1] ?? ''] ?? 63))
      at += octal ? 3 : 1
    }
  }
  return Buffer.from(bytes).toString()
}
