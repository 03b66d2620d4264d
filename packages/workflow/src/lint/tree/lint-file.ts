import { LineCounter, parseDocument } from 'yaml'
import type { Position } from '../../file/workflow.ts'
import type { Pins } from '../pins.ts'
import { expressionsOf, type LintExpression } from './expressions.ts'
import { readUses, type Uses } from './uses.ts'
import { type Field, fieldOf, fieldsOf, itemsOf, type Span, textOf, type Value, valueAt, valueTree } from './value.ts'

/** The repository a file stands in, as far as rules ask for it. */
export interface LintRepository {
  /** A file's text, by its path from the top; null when there is none. */
  read(path: string): string | null
  /** Commits of versions beside those Gantry knows. */
  pins?: Pins
}

/** One workflow or `action.yml`, with the place of everything in it. */
export interface LintFile {
  path: string
  text: string
  kind: 'workflow' | 'action'
  root: Value
  repository: LintRepository
  triggers: LintTrigger[]
  jobs: LintJob[]
  /** Of all jobs, or of the composite action. */
  steps: LintStep[]
  expressions: LintExpression[]
  positionOf(offset: number): Position
}

export interface LintTrigger {
  event: string
  at: Span
  value: Value | undefined
}

export interface LintJob {
  key: string
  at: Span
  value: Value
  needs: { key: string; at: Span }[]
  /** A reusable workflow. */
  uses: Uses | undefined
  steps: LintStep[]
}

export interface LintStep {
  /** Its first key. */
  at: Span
  value: Value
  index: number
  /** All steps of the same list, this one included. */
  siblings: LintStep[]
  /** Missing in an action. */
  job: LintJob | undefined
  id: string
  uses: Uses | undefined
  run: Value | undefined
}

/** Undefined when the text is no YAML; the reader says why. */
export function readLintFile(path: string, text: string, repository: LintRepository): LintFile | undefined {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false })
  if (document.errors.length > 0) return undefined
  const root = tree(() => valueTree(document))
  if (root === undefined) return undefined
  const kind = isActionPath(path) ? 'action' : 'workflow'
  const jobs = fieldsOf(valueAt(root, 'jobs')).map(field => readJob(field, text))
  const actionSteps = kind === 'action' ? readSteps(valueAt(root, 'runs', 'steps'), undefined, text) : []
  return {
    path,
    text,
    kind,
    root,
    repository,
    triggers: readTriggers(valueAt(root, 'on')),
    jobs,
    steps: [...jobs.flatMap(({ steps }) => steps), ...actionSteps],
    expressions: expressionsOf(root, text),
    positionOf(offset) {
      const { line, col } = lines.linePos(Math.min(offset, text.length))
      return { line: Math.max(1, line), column: Math.max(1, col) }
    },
  }
}

export const isActionPath = (path: string): boolean => /(^|\/)action\.ya?ml$/.test(path)

/** The job and the step an expression belongs to. */
export function homeOf(file: LintFile, { path }: LintExpression): { job?: LintJob; step?: LintStep } {
  const job = path[0] === 'jobs' ? file.jobs.find(({ key }) => key === path[1]) : undefined
  const [list, index] = path[0] === 'jobs' ? [path[2], path[3]] : [path[1], path[2]]
  if (list !== 'steps') return job ? { job } : {}
  const step = (job?.steps ?? file.steps)[Number(index)]
  return { ...(job && { job }), ...(step && { step }) }
}

export const hasEvent = (file: LintFile, ...events: string[]): boolean =>
  file.triggers.some(({ event }) => events.includes(event))

/** Steps of the same list that run before this one. */
export const stepsBefore = (step: LintStep): LintStep[] => step.siblings.slice(0, step.index)
export const stepsAfter = (step: LintStep): LintStep[] => step.siblings.slice(step.index + 1)

/** One input of a step's action; names are without case. */
export const inputOf = (step: LintStep, name: string): Field | undefined =>
  fieldsOf(valueAt(step.value, 'with')).find(({ key }) => key.toLowerCase() === name)

export const runText = (step: LintStep): string => textOf(step.run)

function tree(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError || error instanceof ReferenceError) return undefined
    throw error
  }
}

function readTriggers(on: Value | undefined): LintTrigger[] {
  if (on?.kind === 'map') return on.fields.map(({ key, at, value }) => ({ event: key, at, value }))
  return itemsOf(on).map(item => ({ event: textOf(item), at: item, value: undefined }))
}

function readJob({ key, at, value }: Field, text: string): LintJob {
  const uses = valueAt(value, 'uses')
  const job: LintJob = {
    key,
    at,
    value,
    needs: itemsOf(valueAt(value, 'needs')).map(item => ({ key: textOf(item), at: item })),
    uses: uses?.kind === 'scalar' ? readUses(uses, text) : undefined,
    steps: [],
  }
  job.steps = readSteps(valueAt(value, 'steps'), job, text)
  return job
}

function readSteps(list: Value | undefined, job: LintJob | undefined, text: string): LintStep[] {
  const siblings: LintStep[] = []
  for (const [index, value] of itemsOf(list).entries()) {
    const uses = valueAt(value, 'uses')
    siblings.push({
      at: fieldsOf(value)[0]?.at ?? value,
      value,
      index,
      siblings,
      job,
      id: textOf(fieldOf(value, 'id')?.value),
      uses: uses?.kind === 'scalar' ? readUses(uses, text) : undefined,
      run: valueAt(value, 'run'),
    })
  }
  return siblings
}
