import { availability, type ExpressionPlace } from '../expression/availability.ts'
import { parseExpression, splitTemplate } from '../expression/expression.ts'
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
    const parts = isCondition && !text.includes('${{') ? [{ kind: 'expression', text }] : splitTemplate(text)
    for (const part of parts) if (part.kind === 'expression') parseExpression(part.text, availability[place])
  } catch (error) {
    const contexts = availability[place].contexts.join(', ')
    const message = error instanceof Error ? error.message : String(error)
    reader.find(at, `expected an expression over ${contexts}, got ${JSON.stringify(shortened(text))}: ${message}`)
  }
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
