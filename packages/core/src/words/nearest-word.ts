/** The word meant when `typed` was written: at most a third of it wrong; null when nothing is near. */
export function nearestWord(typed: string, words: Iterable<string>): string | null {
  let best: { word: string; distance: number } | null = null
  for (const word of words) {
    const distance = editDistance(typed.toLowerCase(), word.toLowerCase())
    if (distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { word, distance }
  }
  if (!best) return null
  return best.distance <= Math.max(1, Math.floor(Math.max(typed.length, best.word.length) / 3)) ? best.word : null
}

/** `; did you mean "path"?`, or nothing. */
export function didYouMean(typed: string, words: Iterable<string>): string {
  const nearest = nearestWord(typed, words)
  return nearest === null ? '' : `; did you mean "${nearest}"?`
}

/** Insertions, deletions, replacements, and neighbours swapped. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1]
      const replaced = cell(rows[i - 1], j - 1) + (isSame ? 0 : 1)
      row.push(Math.min(replaced, cell(rows[i - 1], j) + 1, cell(row, j - 1) + 1))
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) row[j] = Math.min(cell(row, j), cell(rows[i - 2], j - 2) + 1)
    }
    rows.push(row)
  }
  return cell(rows[a.length], b.length)
}

const cell = (row: number[] | undefined, index: number): number => row?.[index] ?? Number.POSITIVE_INFINITY
