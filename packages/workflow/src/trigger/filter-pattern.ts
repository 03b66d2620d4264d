import { compileWhole, type LinearPattern, literally, setSource } from '../glob/linear-pattern.ts'

/**
 * GitHub's filter patterns: `*` stops at `/`, `**` does not, `?` and `+` repeat what is before them, `[]` is a set,
 * `\` escapes. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 */
export function filterPattern(pattern: string): (value: string) => boolean {
  // The name of one branch, as most are.
  if (!/[*?+[\]\\]/.test(pattern)) return value => value === pattern
  const { test } = compile(pattern)
  return test
}

/** Patterns in order, later ones win; `!` takes out again. Nothing matches a list of only `!` patterns. */
export function filterOf(patterns: readonly string[]): (value: string) => boolean {
  const rules = patterns.map(pattern => ({
    isExcluding: pattern.startsWith('!'),
    matches: filterPattern(pattern.replace(/^!/, '')),
  }))
  return value =>
    rules.reduce((isIn, { isExcluding, matches }) => (isExcluding === isIn && matches(value) ? !isIn : isIn), false)
}

/** What is no pattern, such as `[z-a]`, is a name. */
function compile(pattern: string): LinearPattern {
  try {
    return compileWhole(sourceOf(pattern))
  } catch {
    return compileWhole(literally(pattern))
  }
}

function sourceOf(pattern: string): string {
  let source = ''
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? ''
    if (pattern.startsWith('**/', i) && (i === 0 || pattern[i - 1] === '/')) {
      source += '(?:.*/)?'
      i += 2
    } else if (pattern.startsWith('**', i)) {
      source += '.*'
      i += 1
    } else if (char === '*') source += '[^/]*'
    else if (char === '?' || char === '+') source += source === '' ? literally(char) : char
    else if (char === '[') {
      const close = pattern.indexOf(']', i + 1)
      source += close < 0 ? literally(char) : setSource(pattern.slice(i + 1, close))
      i = close < 0 ? i : close
    } else if (char === '\\') {
      source += literally(pattern[i + 1] ?? '\\')
      i += 1
    } else source += literally(char)
  }
  return source
}
