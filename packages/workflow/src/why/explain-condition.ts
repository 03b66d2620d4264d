import { evaluate, type Scope, statusFunctions } from '../expression/expression.ts'

const asked = /\b(?:success|failure|cancelled|always)\s*\(\s*\)|\b[a-z]+(?:\.[\w*-]+|\['[^']*'\])+/gi
const longest = 120

/**
 * Why an `if` came out as it did: the condition, and what each thing it asks for is now. Secrets are said to be set or not.
 * @example "if: github.ref == 'refs/heads/main' (github.ref is 'refs/heads/fix')"
 */
export function explainCondition(text: string | undefined, scope: Scope): string {
  const condition = (text ?? '').replace(/^\s*\$\{\{([\s\S]*)\}\}\s*$/, '$1').trim()
  const names = [...new Set(withoutText(condition).match(asked) ?? [])]
  const implied = names.some(isStatus) ? [] : ['success()']
  const values = [...implied, ...names].map(name => `${name} is ${valueNow(name, scope)}`)
  const why = values.length > 0 ? ` (${values.join(', ')})` : ''
  return condition === '' ? `no if${why}` : `if: ${condition.replace(/\s+/g, ' ').slice(0, longest)}${why}`
}

const isStatus = (name: string): boolean => statusFunctions.some(known => name.toLowerCase().startsWith(`${known}(`))

/** Text in quotes is no name; its length stays. An index in brackets is one, and keeps its quotes. */
const withoutText = (condition: string): string =>
  condition.replace(
    /(\['[^']*'\])|'(?:[^']|'')*'/g,
    (text, index?: string) => index ?? `'${' '.repeat(text.length - 2)}'`,
  )

function valueNow(name: string, scope: Scope): string {
  try {
    const value = evaluate(name, scope)
    if (/^secrets\b/i.test(name)) return value === null || value === '' ? 'not set' : 'set'
    const json = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? 'null')
    return json.length <= longest ? json : `${json.slice(0, longest)}…`
  } catch (error) {
    return `unknown: ${error instanceof Error ? error.message : String(error)}`
  }
}
