import { data, Evaluator, type Expr, Lexer, Parser } from '@actions/expressions'
import { Fields, fromData, toData } from './expression-data.ts'

export const statusFunctions = ['always', 'cancelled', 'failure', 'success'] as const
export type StatusFunction = (typeof statusFunctions)[number]

/** What an expression may see: context names to values (or how to get them), functions to what they answer. */
export interface Scope {
  contexts: Record<string, unknown>
  status?: Record<StatusFunction, (...jobs: string[]) => boolean>
  hashFiles?: (patterns: string[]) => string
}

export interface Expression {
  text: string
  tree: Expr
  /** Calls `always()`, `cancelled()`, `failure()` or `success()`, so no `success()` is put before it. */
  asksStatus: boolean
}

export interface Allowed {
  contexts: readonly string[]
  status?: boolean
  /** `success('build')`: the status of named jobs instead of all. */
  statusOfJobs?: boolean
  hashFiles?: boolean
}

/** GitHub's limit of characters: https://github.com/actions/languageservices, `MAX_EXPRESSION_LENGTH`. */
export const MAX_EXPRESSION = 21_000

/** Parses one expression, without its `${{ }}`; throws an `Error` that says what is wrong. */
export function parseExpression(text: string, allowed: Allowed): Expression {
  if (text.length > MAX_EXPRESSION) throw new Error(`expected at most ${MAX_EXPRESSION} characters`)
  const tokens = new Lexer(text).lex().tokens.map(unquoted)
  const functions = [
    ...(allowed.status ? statusFunctions.map(name => statusFunction(name, allowed.statusOfJobs ?? false)) : []),
    ...(allowed.hashFiles ? [{ name: 'hashFiles', minArgs: 1, maxArgs: 255 }] : []),
  ]
  const tree: Expr | undefined = new Parser(tokens, [...allowed.contexts], functions).parse()
  if (tree === undefined) throw new Error('expected an expression, got nothing')
  const names = tokens.filter((_, i) => tokens[i + 1]?.lexeme === '(').map(token => token.lexeme.toLowerCase())
  return { text, tree, asksStatus: names.some(name => statusFunctions.some(known => known === name)) }
}

type Token = ReturnType<Lexer['lex']>['tokens'][number]

/** Text in quotes, with each `''` in it as one quote: the library takes the first one only. */
function unquoted(token: Token): Token {
  return token.lexeme.startsWith("'") ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") } : token
}

const everything: Allowed = {
  contexts: [
    'github',
    'env',
    'vars',
    'secrets',
    'inputs',
    'matrix',
    'strategy',
    'needs',
    'steps',
    'job',
    'jobs',
    'runner',
  ],
  status: true,
  statusOfJobs: true,
  hashFiles: true,
}
const parsed = new Map<string, Expression>()

/** The value of one expression as plain data. */
export function evaluate(text: string, scope: Scope): unknown {
  return fromData(evaluateData(text, scope))
}

/** GitHub's truth: null, false, 0, NaN and the empty text are false. */
export function isTruthy(value: unknown): boolean {
  return !(
    value === null ||
    value === undefined ||
    value === false ||
    value === '' ||
    value === 0 ||
    Number.isNaN(value)
  )
}

/** The value as it appears in text: null is empty, a list is `Array`, a mapping is `Object`. */
export function toText(value: unknown): string {
  return toData(value).coerceString()
}

/** `if:`, with or without `${{ }}`; without a status function it means `success() && (…)`. */
export function evaluateCondition(text: string | undefined, scope: Scope): boolean {
  const succeeded = (): boolean => scope.status?.success() ?? true
  if (text === undefined || text.trim() === '') return succeeded()
  const parts = splitTemplate(text)
  const only = parts.length === 1 ? parts[0] : undefined
  if (parts.some(part => part.kind === 'expression') && only === undefined) {
    // GitHub joins text and expressions to one text, which is true whenever it is not empty.
    const asks = parts.some(part => part.kind === 'expression' && compiled(part.text).asksStatus)
    return (asks || succeeded()) && isTruthy(evaluateTemplate(text, scope))
  }
  const expression = compiled(only?.text ?? text)
  return (expression.asksStatus || succeeded()) && isTruthy(evaluate(expression.text, scope))
}

/** Text with `${{ }}` in it. One expression alone keeps its type; anything around it makes text. */
export function evaluateTemplate(text: string, scope: Scope): unknown {
  if (!text.includes('${{')) return text
  const parts = splitTemplate(text)
  const only = parts.length === 1 ? parts[0] : undefined
  if (only?.kind === 'expression') return evaluate(only.text, scope)
  return parts.map(part => (part.kind === 'text' ? part.text : evaluateData(part.text, scope).coerceString())).join('')
}

export type TemplatePart = { kind: 'text' | 'expression'; text: string }

/** Splits `a ${{ b }} c` at its expressions; throws when one is not closed. `'}}'` in quotes does not close it. */
export function splitTemplate(text: string): TemplatePart[] {
  const parts: TemplatePart[] = []
  let from = 0
  for (let open = text.indexOf('${{'); open >= 0; open = text.indexOf('${{', from)) {
    const close = closingOf(text, open + 3)
    if (close < 0) throw new Error(`expected }} after \${{, got the end of the text`)
    if (open > from) parts.push({ kind: 'text', text: text.slice(from, open) })
    parts.push({ kind: 'expression', text: text.slice(open + 3, close).trim() })
    from = close + 2
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) })
  return parts
}

function closingOf(text: string, start: number): number {
  let isQuoted = false
  for (let i = start; i < text.length; i++) {
    if (text[i] === "'") isQuoted = !isQuoted
    else if (!isQuoted && text.startsWith('}}', i)) return i
  }
  return -1
}

type Functions = NonNullable<ConstructorParameters<typeof Evaluator>[2]>

function compiled(text: string): Expression {
  const known = parsed.get(text)
  if (known !== undefined) return known
  const fresh = parseExpression(text, everything)
  parsed.set(text, fresh)
  return fresh
}

function evaluateData(text: string, scope: Scope): data.ExpressionData {
  const contexts = new Contexts()
  for (const [name, value] of Object.entries(scope.contexts)) {
    contexts.addLazy(name, () => toData(typeof value === 'function' ? value() : value))
  }
  return new LazyEvaluator(compiled(text).tree, contexts, functionsOf(scope)).evaluate()
}

/** A context that is not there at the moment is null. */
class Contexts extends Fields {
  override get(name: string): data.ExpressionData {
    return super.get(name) ?? new data.Null()
  }
}

/** `case()` works out no value but the one it chooses, as in GitHub's runner; the library works out all of them. */
class LazyEvaluator extends Evaluator {
  override visitFunctionCall(call: FunctionCall): data.ExpressionData {
    if (call.functionName.lexeme.toLowerCase() !== 'case') return super.visitFunctionCall(call)
    const argument = (place: number): data.ExpressionData => call.args[place]?.accept(this) ?? new data.Null()
    const last = call.args.length - 1
    for (let i = 0; i < last; i += 2) {
      const condition = argument(i)
      if (!(condition instanceof data.BooleanData))
        throw new Error(
          `expected condition ${i / 2 + 1} of case() to be true or false, got ${condition.coerceString()}`,
        )
      if (condition.value) return argument(i + 1)
    }
    return argument(last)
  }
}

type FunctionCall = Parameters<Evaluator['visitFunctionCall']>[0]

function statusFunction(name: StatusFunction, takesJobs: boolean): { name: string; minArgs: number; maxArgs: number } {
  return { name, minArgs: 0, maxArgs: takesJobs && (name === 'success' || name === 'failure') ? 255 : 0 }
}

function functionsOf(scope: Scope): Functions {
  const functions: Functions = new Map()
  for (const name of statusFunctions) {
    const call = (...jobs: data.ExpressionData[]): data.ExpressionData =>
      new data.BooleanData(scope.status?.[name](...jobs.map(job => job.coerceString())) ?? name !== 'failure')
    functions.set(name, { ...statusFunction(name, true), call })
  }
  const hashFiles = (...patterns: data.ExpressionData[]): data.ExpressionData =>
    new data.StringData(scope.hashFiles?.(patterns.map(pattern => pattern.coerceString())) ?? '')
  return functions.set('hashfiles', { name: 'hashFiles', minArgs: 1, maxArgs: 255, call: hashFiles })
}
