import {
  Binary,
  ContextAccess,
  type Expr,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Unary,
} from '@actions/expressions/ast'

/** What an expression reads, in lower case: `['github', 'event', 'issue', 'title']`; `*` where any key may stand. */
export type Reference = string[]

/** Functions whose answer holds the text of what they are given. */
const passing = ['format', 'join', 'tojson', 'fromjson', 'case']

/** Everything an expression reads. */
export function referencesIn(tree: Expr | undefined): readonly Reference[] {
  if (tree === undefined) return []
  const known = read.get(tree) ?? readBy(tree)
  read.set(tree, known)
  return known
}

const read = new WeakMap<Expr, readonly Reference[]>()

function readBy(tree: Expr): Reference[] {
  const own = referenceOf(tree)
  if (own !== undefined) return [own, ...indexesOf(tree).flatMap(referencesIn)]
  return partsOf(tree).flatMap(referencesIn)
}

/** Only what may end up in the expression's answer: comparing a title gives no title. */
export function referencesOut(tree: Expr | undefined): Reference[] {
  const own = referenceOf(tree)
  if (own !== undefined) return [own]
  if (tree instanceof Grouping) return referencesOut(tree.group)
  if (tree instanceof Logical) {
    // `a && b` answers a only when a is empty or false.
    const answers = tree.operator.lexeme === '&&' ? tree.args.slice(-1) : tree.args
    return answers.flatMap(referencesOut)
  }
  if (tree instanceof FunctionCall && passing.includes(tree.functionName.lexeme.toLowerCase()))
    return tree.args.flatMap(referencesOut)
  return []
}

/** The path an access spells out: `a.b['c'][0].*`. */
export function referenceOf(tree: Expr | undefined): Reference | undefined {
  if (tree instanceof Grouping) return referenceOf(tree.group)
  if (tree instanceof ContextAccess) return [tree.name.lexeme.toLowerCase()]
  if (!(tree instanceof IndexAccess)) return undefined
  const outer = referenceOf(tree.expr)
  return outer && [...outer, literalText(tree.index)?.toLowerCase() ?? '*']
}

/** Every part of an expression that `wanted` accepts, itself included. */
export function partsThat<T extends Expr>(tree: Expr | undefined, wanted: (part: Expr) => part is T): T[] {
  if (tree === undefined) return []
  const inner = [...partsOf(tree), ...(tree instanceof IndexAccess ? [tree.expr, tree.index] : [])]
  return [...(wanted(tree) ? [tree] : []), ...inner.flatMap(part => partsThat(part, wanted))]
}

/** Text or number that stands in the expression itself. */
export function literalText(tree: Expr | undefined): string | undefined {
  if (tree instanceof Grouping) return literalText(tree.group)
  return tree instanceof Literal ? tree.literal.coerceString() : undefined
}

export const isLiteralText = (tree: Expr | undefined): tree is Literal =>
  tree instanceof Literal && typeof tree.token.value === 'string'

const isCall = (tree: Expr): tree is FunctionCall => tree instanceof FunctionCall
export const isComparison = (tree: Expr): tree is Binary => tree instanceof Binary

export const calls = (tree: Expr | undefined, ...names: string[]): FunctionCall[] =>
  partsThat(tree, isCall).filter(call => names.includes(call.functionName.lexeme.toLowerCase()))

/** Left sides of `a || b`: they may be missing, b stands in for them. */
export function optionalReferences(tree: Expr | undefined): Reference[] {
  const isLogical = (part: Expr): part is Logical => part instanceof Logical
  return partsThat(tree, isLogical)
    .filter(({ operator }) => operator.lexeme === '||')
    .flatMap(({ args }) => args.slice(0, -1))
    .flatMap(arg => {
      const reference = referenceOf(arg)
      return reference ? [reference] : []
    })
}

/** The conditions that must all hold: the parts of `a && b && (c && d)`. */
export function conjuncts(tree: Expr | undefined): Expr[] {
  if (tree === undefined) return []
  if (tree instanceof Grouping) return conjuncts(tree.group)
  if (tree instanceof Logical && tree.operator.lexeme === '&&') return tree.args.flatMap(conjuncts)
  return [tree]
}

function partsOf(tree: Expr | undefined): Expr[] {
  if (tree instanceof Grouping) return [tree.group]
  if (tree instanceof Unary) return [tree.expr]
  if (tree instanceof Binary) return [tree.left, tree.right]
  if (tree instanceof Logical || tree instanceof FunctionCall) return tree.args
  return []
}

/** `[ … ]` of an access that are expressions of their own. */
function indexesOf(tree: Expr | undefined): Expr[] {
  if (!(tree instanceof IndexAccess)) return []
  return [...indexesOf(tree.expr), ...(literalText(tree.index) === undefined ? [tree.index] : [])]
}
