/** Names of secrets and variables, by the rules of GitHub, so that a workflow file reads the same on both. */
const form = /^[A-Z_][A-Z0-9_]*$/
const longestName = 200
/** What one may hold, in bytes of UTF-8: as on GitHub. */
export const longestValueBytes = 48 * 1024

/** Expressions find names in any case; they are kept in capitals, as GitHub keeps them. */
export const valueName = (typed: string): string => typed.trim().toUpperCase()

/** Why it is no name, as what was expected; null for one that is. `name` as `valueName` gives it. */
export function faultOfValueName(name: string): string | null {
  if (name.startsWith('GITHUB_')) return 'a name that does not begin with GITHUB_, which names GitHub gives itself'
  if (/^[0-9]/.test(name)) return 'a name that does not begin with a digit'
  if (!form.test(name)) return 'letters, digits and _ in the name, as in STRIPE_KEY'
  return name.length > longestName ? `a name of at most ${longestName} letters` : null
}
