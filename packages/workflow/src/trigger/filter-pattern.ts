/**
 * GitHub's filter patterns: `*` stops at `/`, `**` does not, `?` and `+` repeat what is before them, `[]` is a set,
 * `\` escapes. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 */
export function matchesPattern(pattern: string, value: string): boolean {
  return toRegExp(pattern).test(value)
}

/** Patterns in order, later ones win; `!` takes out again. Nothing matches a list of only `!` patterns. */
export function matchesAny(patterns: readonly string[], value: string): boolean {
  return patterns.reduce((isIn, pattern) => {
    if (pattern.startsWith('!')) return isIn && !matchesPattern(pattern.slice(1), value)
    return isIn || matchesPattern(pattern, value)
  }, false)
}

function toRegExp(pattern: string): RegExp {
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
    else if (char === '?' || char === '+') source += source === '' ? `\\${char}` : char
    else if (char === '[') {
      const close = pattern.indexOf(']', i + 1)
      source += close < 0 ? '\\[' : `[${pattern.slice(i + 1, close).replaceAll('\\', '\\\\')}]`
      i = close < 0 ? i : close
    } else if (char === '\\') {
      source += escaped(pattern[i + 1] ?? '\\')
      i += 1
    } else source += escaped(char)
  }
  try {
    return new RegExp(`^${source}$`, 's')
  } catch {
    return new RegExp(`^${escaped(pattern)}$`)
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}
