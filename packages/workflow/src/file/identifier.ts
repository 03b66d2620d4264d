/** What names a job or a step: `__` in front is GitHub's own, and a hundred characters are the most. */
export function isIdentifier(text: string): boolean {
  return /^(?!__)[A-Za-z_][A-Za-z0-9_-]{0,99}$/.test(text)
}
