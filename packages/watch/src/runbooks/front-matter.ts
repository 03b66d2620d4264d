import { type Runbook, Severity } from '@gantry/core'
import { didYouMean } from '@gantry/core/words'
import { type Document, isMap, LineCounter, type Node, parseDocument, type YAMLError } from 'yaml'
import * as z from 'zod'

/** Three short fields; more than this is a runbook whose second `---` is far below. */
const mostCharacters = 10_000
const names = z.array(z.string().trim().min(1))
const namesInOneLine = z.string().transform(text => text.split(',').flatMap(name => name.trim() || []))

/** A field without a value is one that is not there. */
const FrontMatter = z.strictObject({
  title: z.string({ error: 'expected text (in quotes, if it looks like a number)' }).nullish(),
  alerts: z.union([namesInOneLine, names], { error: 'expected names of alerts' }).nullish(),
  severity: Severity.nullish(),
})

/** `line` counts from the first line of the file. */
type Fail = (line: number, what: string) => never
/** The front matter begins on the second line of its file. */
const linesBefore = 1

export function readFrontMatter(
  text: string,
  fail: Fail,
): Pick<Runbook, 'alerts' | 'severity'> & { title: string | null } {
  if (text.length > mostCharacters)
    return fail(1, `expected front matter of at most ${mostCharacters} characters, got ${text.length}`)
  const lines = new LineCounter()
  const lineAt = (offset: number) => lines.linePos(offset).line + linesBefore
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  const [fault] = [...document.errors, ...document.warnings]
  if (fault) return fail(lineAt(fault.pos[0]), plainer[fault.code] ?? fault.message)
  const value = contentOf(document, fail)
  const parsed = FrontMatter.safeParse(value)
  if (parsed.success) {
    const { title, alerts, severity } = parsed.data
    return { title: title || null, alerts: alerts ?? [], severity: severity ?? null }
  }
  const [issue] = parsed.error.issues
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    const near = didYouMean(key, Object.keys(FrontMatter.shape))
    return fail(lineAt(offsetOf(document, key)), `${key}: not a known field${near}`)
  }
  const [field] = issue?.path.map(String) ?? []
  if (field === undefined) return fail(linesBefore + 1, `expected \`name: value\`, got ${shown(value)}`)
  const got = z.record(z.string(), z.unknown()).parse(value)[field]
  return fail(lineAt(offsetOf(document, field)), `${field}: ${expected(field, issue?.message ?? '', got)}`)
}

/** Where the words of the parser say nothing to a person who writes three fields. */
const plainer: Partial<Record<YAMLError['code'], string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'text that contains `: ` goes in quotes',
  RESOURCE_EXHAUSTION: 'it is nested too deeply',
  MISSING_CHAR: 'expected `name: value`, and an end for every quote and bracket',
}

/** Aliases are followed only here: to nothing, or to so many that the text means harm. */
function contentOf(document: Document, fail: Fail): unknown {
  try {
    return document.toJS() ?? {}
  } catch (cause) {
    return fail(linesBefore + 1, cause instanceof Error ? cause.message : String(cause))
  }
}

function offsetOf({ contents }: Document, key: string): number {
  const pair = isMap<Node, Node>(contents) ? contents.items.find(each => String(each.key) === key) : undefined
  return pair?.key.range?.[0] ?? 0
}

function expected(field: string, message: string, got: unknown): string {
  if (field !== 'severity') return `${message}, got ${shown(got)}`
  const near = typeof got === 'string' ? didYouMean(got, Severity.options) : ''
  return `expected critical, warning or info, got ${shown(got)}${near}`
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
