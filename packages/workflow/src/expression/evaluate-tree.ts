import type { Templated } from '../file/workflow.ts'
import { evaluateTemplate, type Scope, toText } from './expression.ts'

/** Plain data with every `${{ }}` in it evaluated. */
export function evaluateTree(value: Templated, scope: Scope): unknown {
  if (typeof value === 'string') return evaluateTemplate(value, scope)
  if (Array.isArray(value)) return value.map(item => evaluateTree(item, scope))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, evaluateTree(item, scope)]))
  }
  return value
}

/** `env:` as text by name. */
export function evaluateEnv(value: Templated, scope: Scope): Record<string, string> {
  const env = evaluateTree(value, scope)
  if (env === null || env === '') return {}
  if (typeof env !== 'object' || Array.isArray(env))
    throw new Error(`expected env to be a mapping, got ${JSON.stringify(env)}`)
  return Object.fromEntries(Object.entries(env).map(([key, item]) => [key, toText(item)]))
}

/** A number that may be an expression; nothing when it is left out. */
export function evaluateNumber(value: string | number | undefined, scope: Scope): number | undefined {
  if (value === undefined) return undefined
  const number = Number(typeof value === 'string' ? evaluateTemplate(value, scope) : value)
  if (!(number > 0)) throw new Error(`expected a number above 0, got ${JSON.stringify(value)}`)
  return number
}

/** true or false that may be an expression. */
export function evaluateSwitch(value: string | boolean | undefined, scope: Scope): boolean {
  const switched = typeof value === 'string' ? evaluateTemplate(value, scope) : (value ?? false)
  return switched === true || switched === 'true'
}
