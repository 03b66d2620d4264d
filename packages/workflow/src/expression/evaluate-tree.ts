import type { Templated } from '../file/workflow.ts'
import { evaluateTemplate, type Scope, toText } from './expression.ts'

/** Plain data with every `${{ }}` in it evaluated. */
export function evaluateTree(value: Templated, scope: Scope): unknown {
  if (typeof value === 'string') return evaluateTemplate(value, scope)
  if (Array.isArray(value)) return value.flatMap(item => evaluateItem(item, scope))
  if (typeof value === 'object' && value !== null) return evaluateMap(value, scope)
  return value
}

/** A list that an expression in a list yields takes its place there, item by item. */
function evaluateItem(item: Templated, scope: Scope): unknown[] {
  const evaluated = evaluateTree(item, scope)
  return typeof item === 'string' && Array.isArray(evaluated) ? evaluated : [evaluated]
}

/** Keys may be expressions; the fields of what stands at `${{ insert }}` are as if they were written there. */
function evaluateMap(value: { [key: string]: Templated }, scope: Scope): Record<string, unknown> {
  const pairs = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    const evaluated = evaluateTree(item, scope)
    if (!isInsert(key)) return [[toText(evaluateTemplate(key, scope)), evaluated]]
    if (evaluated === null || evaluated === '') return []
    if (typeof evaluated === 'object' && !Array.isArray(evaluated)) return Object.entries(evaluated)
    throw new Error(`expected \${{ insert }} to have a mapping, got ${JSON.stringify(evaluated)}`)
  })
  const twice = pairs.find(([key], i) => pairs.findIndex(([other]) => other.toLowerCase() === key.toLowerCase()) !== i)
  if (twice !== undefined && Object.keys(value).some(key => key.includes('${{')))
    throw new Error(`expected each key once, whatever its case, got "${twice[0]}" again`)
  return Object.fromEntries(pairs)
}

export const isInsert = (key: string): boolean => /^\s*\$\{\{\s*insert\s*\}\}\s*$/i.test(key)

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
