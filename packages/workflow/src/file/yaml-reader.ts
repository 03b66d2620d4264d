import { didYouMean } from '@gantry/core/words'
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type YAMLMap,
} from 'yaml'
import { isInsert } from '../expression/evaluate-tree.ts'
import { anchorsIn } from './anchors.ts'
import type { ParsedYaml } from './parse-yaml.ts'
import { checkSchema, type Refusal } from './schema/check-schema.ts'
import { type Span, valueTree } from './value.ts'
import type { Finding, Position, Templated } from './workflow.ts'

/** More nodes than any real file has; stops anchors that multiply themselves. */
const MAX_NODES = 50_000

export interface Entry {
  key: string
  at: Position
  value: unknown
}

/**
 * Walks one YAML document and collects findings instead of stopping at the first one.
 * Every reader method answers with something usable, so that one run names every mistake.
 */
export class YamlReader {
  readonly findings: Finding[] = []
  /** Valid on GitHub, not possible here. */
  readonly unsupported: Finding[] = []
  readonly #lines: LineCounter
  readonly #document: Document.Parsed
  readonly #targets: ReadonlyMap<Alias, Node>
  readonly #mostNodes: number
  #nodes = 0

  constructor({ document, lines }: ParsedYaml) {
    this.#document = document
    this.#lines = lines
    const { targets, nodes } = anchorsIn(document)
    this.#targets = targets
    // Each is looked at a few times, and again for each alias that means it; a small file has no reason for many.
    this.#mostNodes = Math.min(MAX_NODES * 10, MAX_NODES + nodes * 100)
    for (const error of this.#document.errors) {
      const { line, col } = this.#lines.linePos(error.pos[0])
      this.findings.push({ line, column: col, message: `expected well-formed YAML, got: ${error.message}` })
    }
  }

  /** What GitHub's schema does not allow, on lines where nothing else was found. */
  findOutsideOfSchema(): void {
    const lines = new Set(this.findings.map(({ line }) => line))
    for (const { at, message } of schemaRefusals(this.#document)) {
      const { line, col } = this.#lines.linePos(at.from)
      if (!lines.has(line)) this.find({ line, column: col }, message)
    }
  }

  get root(): unknown {
    return this.#document.contents
  }

  find(at: Position, message: string): void {
    this.findings.push({ line: at.line, column: at.column, message })
  }

  refuse(node: unknown, message: string): void {
    this.unsupported.push({ ...this.at(node), message })
  }

  at(node: unknown): Position {
    const offset = hasRange(node) ? (node.range?.[0] ?? 0) : 0
    const { line, col } = this.#lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }

  /** The entries of a mapping; keys outside `known` are findings. Without `known` any key goes. */
  entries(node: unknown, what: string, known?: readonly string[]): Entry[] {
    const map = this.#resolved(node)
    if (!isMap(map)) {
      this.find(this.at(node), `expected ${what} to be a mapping, got ${kindOf(map)}`)
      return []
    }
    const entries = this.#pairs(map)
    for (const entry of known === undefined ? [] : entries) {
      if (!known?.includes(entry.key)) {
        this.find(
          entry.at,
          `expected one of ${known?.join(', ')} in ${what}, got "${entry.key}"${didYouMean(entry.key, known ?? [])}`,
        )
      }
    }
    return entries
  }

  items(node: unknown, what: string): unknown[] {
    const list = this.#resolved(node)
    if (isSeq(list)) return list.items
    this.find(this.at(node), `expected ${what} to be a list, got ${kindOf(list)}`)
    return []
  }

  isMap(node: unknown): boolean {
    return isMap(this.#resolved(node))
  }

  isList(node: unknown): boolean {
    return isSeq(this.#resolved(node))
  }

  /** True for a key without a value, or `null`. */
  isEmpty(node: unknown): boolean {
    const value = this.#resolved(node)
    return value === null || value === undefined || (isScalar(value) && value.value === null)
  }

  /** Any scalar, as GitHub turns it to text: `1.10` is `1.1`, null is empty. */
  text(node: unknown, what: string): string {
    const value = this.scalar(node, what)
    return value === null ? '' : String(value)
  }

  scalar(node: unknown, what: string): string | number | boolean | null {
    const scalar = this.#resolved(node)
    if (scalar === null || scalar === undefined) return null
    if (isScalar(scalar)) {
      const { value } = scalar
      if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value
      return value === null ? null : String(value)
    }
    this.find(this.at(node), `expected ${what} to be a single value, got ${kindOf(scalar)}`)
    return ''
  }

  /** One word or a list of words. */
  words(node: unknown, what: string): string[] {
    if (!this.isList(node)) return [this.text(node, what)]
    return this.items(node, what).map(item => this.text(item, `each of ${what}`))
  }

  texts(node: unknown, what: string): Record<string, string> {
    if (this.isEmpty(node)) return {}
    return Object.fromEntries(
      this.entries(node, what).map(({ key, value }) => [key, this.text(value, `${what}.${key}`)]),
    )
  }

  /** The value as plain data, `${{ }}` untouched. */
  value(node: unknown, what: string): Templated {
    if (this.isMap(node)) {
      return Object.fromEntries(
        this.entries(node, what).map(({ key, value }) => [key, this.value(value, `${what}.${key}`)]),
      )
    }
    if (this.isList(node)) return this.items(node, what).map((item, i) => this.value(item, `${what}[${i}]`))
    return this.scalar(node, what)
  }

  /** Every text below a node, with its place: what may hold expressions. */
  *textsBelow(node: unknown): Generator<{ text: string; at: Position }> {
    if (this.isMap(node)) {
      for (const { key, at, value } of this.entries(node, '')) {
        if (key.includes('${{') && !isInsert(key)) yield { text: key, at }
        yield* this.textsBelow(value)
      }
    } else if (this.isList(node)) for (const item of this.items(node, '')) yield* this.textsBelow(item)
    else {
      const value = this.scalar(node, '')
      if (typeof value === 'string') yield { text: value, at: this.at(node) }
    }
  }

  #pairs(map: YAMLMap): Entry[] {
    return map.items.map(({ key, value }) => ({ key: this.text(key, 'a key'), at: this.at(key), value }))
  }

  #resolved(node: unknown): unknown {
    if (++this.#nodes > this.#mostNodes) throw new TooManyNodes()
    return isAlias(node) ? this.#targets.get(node) : node
  }
}

/** A file of more values than lint takes is held against the reader alone; what an alias of nothing is, nobody knows. */
function schemaRefusals(document: Document.Parsed): Refusal[] {
  try {
    const missing: Span[] = []
    const root = valueTree(document, at => missing.push(at))
    if (missing.length === 0) return checkSchema(root, 'workflow')
    return missing.map(at => ({ at, message: 'expected an anchor before this alias, got none' }))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return []
  }
}

export class TooManyNodes extends Error {}

function hasRange(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && 'range' in node
}

function kindOf(node: unknown): string {
  if (isMap(node)) return 'a mapping'
  if (isSeq(node)) return 'a list'
  if (isScalar(node) && node.value !== null) return JSON.stringify(node.value)
  return 'nothing'
}
