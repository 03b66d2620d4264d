import { availability, type ExpressionPlace } from '../expression/availability.ts'
import { MAX_EXPRESSION, parseExpression, splitTemplate, type TemplatePart } from '../expression/expression.ts'
import type { Position } from './workflow.ts'
import type { YamlReader } from './yaml-reader.ts'

/** Parses every `${{ }}` below a node against what its place may use. */
export function checkExpressions(reader: YamlReader, node: unknown, place: ExpressionPlace): void {
  for (const { text, at } of reader.textsBelow(node)) check(reader, text, at, place, false)
}

/** `if:` is an expression even without `${{ }}`. */
export function checkCondition(reader: YamlReader, node: unknown, place: ExpressionPlace): void {
  const text = reader.text(node, 'if')
  if (text.trim() !== '') check(reader, text, reader.at(node), place, true)
}

function check(reader: YamlReader, text: string, at: Position, place: ExpressionPlace, isCondition: boolean): void {
  try {
    const parts = isCondition && !text.includes('${{') ? [{ kind: 'expression' as const, text }] : splitTemplate(text)
    for (const part of parts) if (part.kind === 'expression') parseExpression(part.text, availability[place])
    const length = lengthTogether(parts)
    if (length > MAX_EXPRESSION)
      throw new Error(`with its text it is one expression of ${length} characters, of at most ${MAX_EXPRESSION}`)
  } catch (error) {
    const contexts = availability[place].contexts.join(', ') || 'no context'
    const message = error instanceof Error ? error.message : String(error)
    reader.find(at, `expected an expression over ${contexts}, got ${JSON.stringify(shortened(text))}: ${message}`)
  }
}

/** GitHub makes one `format('…{0}…', …)` of text with expressions in it, and that has the length of an expression. */
function lengthTogether(parts: TemplatePart[]): number {
  const [only] = parts
  if (parts.length <= 1 && only?.kind !== 'text') return only?.text.length ?? 0
  if (!parts.some(({ kind }) => kind === 'expression')) return 0
  let count = 0
  const lengths = parts.map(({ kind, text }) =>
    kind === 'text' ? text.replace(/['{}]/g, '$&$&').length : `{${count++}}, ${text}`.length,
  )
  return lengths.reduce((sum, length) => sum + length, "format('')".length)
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
