import { compileExpression, type LinearPattern, NotLinear } from '@gantry/workflow'

/** How problems look in the output of one tool: one pattern, or several for lines that follow each other. */
export interface ProblemMatcher {
  owner: string
  /** When the pattern finds none: error, warning or notice; empty means error. */
  severity: string
  patterns: ProblemPattern[]
}

/** A regular expression, and which of its groups hold what. */
export type ProblemPattern = { regexp: LinearPattern; loop: boolean } & Partial<Record<ProblemPart, number>>

export const problemParts = ['file', 'fromPath', 'line', 'column', 'severity', 'code', 'message'] as const
export type ProblemPart = (typeof problemParts)[number]

/**
 * Reads GitHub's format with GitHub's rules; throws an error that says which one is broken.
 * https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md
 */
export function readProblemMatchers(text: string): ProblemMatcher[] {
  const list = at(parsed(text), 'problemMatcher')
  if (!Array.isArray(list)) throw new Error('expected "problemMatcher" to be a list, got something else')
  const matchers = list.map(readMatcher)
  const owners = matchers.map(({ owner }) => owner.toLowerCase())
  const twice = owners.find((owner, i) => owners.indexOf(owner) !== i)
  if (twice !== undefined) throw new Error(`expected every owner once, got "${twice}" again`)
  return matchers
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new Error(`expected JSON, got: ${error instanceof Error ? error.message : error}`)
  }
}

function readMatcher(node: unknown): ProblemMatcher {
  const owner = at(node, 'owner')
  if (typeof owner !== 'string' || owner === '') throw new Error('expected every matcher to have an "owner", got none')
  const severity = at(node, 'severity') ?? ''
  if (typeof severity !== 'string' || !/^(error|warning|notice|)$/i.test(severity)) {
    throw new Error(
      `expected the severity of "${owner}" to be error, warning or notice, got ${JSON.stringify(severity)}`,
    )
  }
  const nodes = at(node, 'pattern')
  if (!Array.isArray(nodes) || nodes.length === 0) throw new Error(`expected "${owner}" to have a pattern, got none`)
  const patterns = nodes.map((each, i) => readPattern(owner, each, i > 0 && i === nodes.length - 1))
  for (const part of problemParts) {
    const setters = patterns.filter(pattern => pattern[part] !== undefined)
    if (setters.length > 1) throw new Error(`expected "${owner}" to set "${part}" once, got it twice`)
    if (part === 'message' && setters.length === 0) throw new Error(`expected "${owner}" to set "message", got none`)
  }
  return { owner, severity, patterns }
}

function readPattern(owner: string, node: unknown, mayLoop: boolean): ProblemPattern {
  const pattern: ProblemPattern = { regexp: readRegexp(owner, at(node, 'regexp')), loop: at(node, 'loop') === true }
  const groups = pattern.regexp.groupCount + 1
  for (const part of problemParts) {
    const group = at(node, part) ?? undefined
    if (group === undefined) continue
    if (typeof group !== 'number' || !Number.isInteger(group) || group < 0 || group >= groups) {
      throw new Error(`expected "${part}" of "${owner}" to be a group below ${groups}, got ${JSON.stringify(group)}`)
    }
    pattern[part] = group
  }
  if (pattern.loop && !mayLoop) throw new Error(`expected only the last of several patterns of "${owner}" to loop`)
  if (pattern.loop && pattern.message === undefined) {
    throw new Error(`expected the pattern of "${owner}" that loops to set "message", got none`)
  }
  return pattern
}

function readRegexp(owner: string, source: unknown): LinearPattern {
  if (typeof source !== 'string') throw new Error(`expected every pattern of "${owner}" to have a "regexp", got none`)
  try {
    return compileExpression(source)
  } catch (error) {
    if (error instanceof NotLinear) throw error
    throw new Error(
      `expected a regular expression for "${owner}", got: ${error instanceof Error ? error.message : error}`,
    )
  }
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined
}
