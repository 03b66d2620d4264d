import type { Ast } from './ast.ts'
import type { Finding } from './finding.ts'
import type { Moment } from './schema-memory.ts'

/** Judges what stands inside a statement as if it stood in its place. */
export interface Within {
  /** A body or a string that is executed, in a language of functions. */
  sql(text: string, moment: Moment, language?: string): Finding[]
  node(node: Ast, moment: Moment): Finding[]
}

/** What a kind of statement does to the release that serves; nothing when it only adds. */
export type Verb = (body: Ast, moment: Moment, within: Within) => Finding[]
export type Verbs = Readonly<Record<string, Verb>>
