const context = 3

type Edit = { kind: ' ' | '-' | '+'; line: string }

/** A unified diff of one file that `git apply` takes; `before` undefined for a new file. Empty when nothing differs. */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  if (before === after) return ''
  const edits = editsBetween(linesOf(before ?? ''), linesOf(after))
  const head = [
    `diff --git a/${path} b/${path}`,
    ...(before === undefined ? ['new file mode 100644'] : []),
    before === undefined ? '--- /dev/null' : `--- a/${path}`,
    `+++ b/${path}`,
  ]
  return `${[...head, ...hunksOf(edits)].join('\n')}\n`
}

/** Lines with their ends, so that a missing last end is a difference. */
const linesOf = (text: string): string[] => (text === '' ? [] : text.split(/(?<=\n)/))

/** What is alike at both ends is set aside first: the table below is as large as the rest is long, squared. */
function editsBetween(before: string[], after: string[]): Edit[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  const longest = Math.min(before.length, after.length) - start
  while (end < longest && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  const same = (lines: string[]): Edit[] => lines.map(line => ({ kind: ' ', line }))
  return [
    ...same(before.slice(0, start)),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ]
}

/** The longest common subsequence decides what stays. */
function middle(before: string[], after: string[]): Edit[] {
  const width = after.length + 1
  const lengths = new Uint32Array((before.length + 1) * width)
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const edits: Edit[] = []
  let i = 0
  let j = 0
  while (i < before.length || j < after.length) {
    const [old, young] = [before[i], after[j]]
    if (old !== undefined && old === young) {
      edits.push({ kind: ' ', line: old })
      i++
      j++
    } else if (old !== undefined && (young === undefined || at(i + 1, j) >= at(i, j + 1))) {
      edits.push({ kind: '-', line: old })
      i++
    } else {
      edits.push({ kind: '+', line: young ?? '' })
      j++
    }
  }
  return edits
}

function hunksOf(edits: Edit[]): string[] {
  const changed = edits.flatMap(({ kind }, index) => (kind === ' ' ? [] : [index]))
  const groups: { from: number; to: number }[] = []
  for (const index of changed) {
    const last = groups.at(-1)
    if (last !== undefined && index - last.to <= context * 2) last.to = index
    else groups.push({ from: index, to: index })
  }
  return groups.flatMap(({ from, to }) =>
    hunk(edits, Math.max(0, from - context), Math.min(edits.length, to + context + 1)),
  )
}

function hunk(edits: Edit[], from: number, to: number): string[] {
  const count = (part: Edit[], other: '+' | '-') => part.filter(({ kind }) => kind !== other).length
  const [earlier, inside] = [edits.slice(0, from), edits.slice(from, to)]
  const range = (other: '+' | '-') => {
    const length = count(inside, other)
    return `${count(earlier, other) + (length === 0 ? 0 : 1)},${length}`
  }
  return [
    `@@ -${range('+')} +${range('-')} @@`,
    ...inside.flatMap(({ kind, line }) =>
      line.endsWith('\n') ? [kind + line.slice(0, -1)] : [kind + line, '\\ No newline at end of file'],
    ),
  ]
}
