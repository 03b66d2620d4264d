import type { TracedSpan } from './traced-span.ts'

/** A span on its way to its place. */
export interface Node {
  span: TracedSpan
  parent: Node | null
  children: Node[]
  missingParent: string | null
  isInCircle: boolean
  movedMs: number
}

export const startOf = ({ span, movedMs }: Node): number => span.startMs + movedMs
export const lengthOf = ({ span }: Node): number => span.endMs - span.startMs
export const byStart = (a: Node, b: Node): number => startOf(a) - startOf(b) || (a.span.id < b.span.id ? -1 : 1)
