/**
 * Whether a version of Node or pnpm is what is asked for: exact, partial (`24`, `24.x`), ranges (`>=22 <25`,
 * `^24.1`, `~24.1`, `20 || 22`), `lts/*`, `latest`, `node`, `current`. `v` in front is fine.
 */
export function satisfiesRange(asked: string, version: string): boolean {
  const have = numbersOf(version)
  const range = asked.trim().toLowerCase()
  if (['', '*', 'x', 'latest', 'node', 'current'].includes(range)) return true
  if (range === 'lts/*' || range === 'lts') return (have[0] ?? 0) % 2 === 0
  return range.split('||').some(part => comparatorsOf(part).every(comparator => fits(comparator, have)))
}

function comparatorsOf(part: string): string[] {
  const spaced = part.trim().replace(/(>=|<=|>|<|=|\^|~)\s+/g, '$1')
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(spaced)
  return hyphen === null ? spaced.split(/\s+/) : [`>=${hyphen[1]}`, `<=${hyphen[2]}`]
}

function fits(comparator: string, have: number[]): boolean {
  const [, operator = '', text = ''] = /^(>=|<=|>|<|=|\^|~)?v?(.+)$/.exec(comparator) ?? []
  if (!/^\d+(\.(\d+|x|\*))*$/.test(text)) return false
  const want = text
    .split('.')
    .filter(part => /^\d+$/.test(part))
    .map(Number)
  const order = compare(have, want)
  if (operator === '>=') return order >= 0
  if (operator === '<=') return order <= 0
  if (operator === '>') return order > 0
  if (operator === '<') return order < 0
  const full = [want[0] ?? 0, want[1] ?? 0, want[2] ?? 0]
  if (operator === '^') return have[0] === full[0] && compare(have, full) >= 0
  if (operator === '~') return compare(have, want.slice(0, 2)) === 0 && compare(have, full) >= 0
  return order === 0
}

/** Compares as far as the wanted version goes: 24.3.1 equals 24. */
function compare(have: number[], want: number[]): number {
  for (const [i, number] of want.entries()) {
    const difference = (have[i] ?? 0) - number
    if (difference !== 0) return difference
  }
  return 0
}

function numbersOf(version: string): number[] {
  return version.trim().replace(/^v/, '').split(/[.-]/).slice(0, 3).map(Number)
}

/** Newest first. */
export function newestFirst(versions: readonly string[]): string[] {
  return versions.toSorted((a, b) => compare(numbersOf(b), numbersOf(a)))
}
