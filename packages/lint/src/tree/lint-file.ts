import type { ParsedYaml, Position } from '@gantry/workflow'
import {
  type Field,
  fieldOf,
  fieldsOf,
  itemsOf,
  type ScalarValue,
  type Span,
  scalarsBelow,
  textOf,
  type Value,
  valueAt,
  valueTree,
} from '@gantry/workflow'
import type { Pins } from '../pins.ts'
import type { LintSettings } from '../settings.ts'
import { expressionsOf, type LintExpression, stepKeyOf } from './expressions.ts'
import { readUses, type Uses } from './uses.ts'

/** The repository a file stands in, as far as rules ask for it. */
export interface LintRepository {
  /** A file's text, by its path from the top; null when there is none. */
  read(path: string): string | null
  /** Commits of versions beside those Gantry knows. */
  pins?: Pins
  settings?: LintSettings
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
  /** Every single value, with the keys that lead to it. */
  scalars: { value: ScalarValue; path: string[] }[]
  expressions: LintExpression[]
  /** Those of one value. */
  expressionsIn(host: Value | undefined): LintExpression[]
  /** By the keys that lead to it, joined by `/`. */
  stepAt: ReadonlyMap<string, LintStep>
  /** Aliases of anchors that are nowhere before them. */
  missingAnchors: Span[]
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
  /** All steps of the same job or action, this one included; those of `parallel:` follow the step that has it. */
  siblings: LintStep[]
  /** Where the `parallel:` it is part of begins among them; its other parts run at the same time. */
  parallelFrom?: number
  /** The keys that lead to it, joined by `/`. */
  key: string
  /** Missing in an action. */
  job: LintJob | undefined
  id: string
  uses: Uses | undefined
  run: Value | undefined
}

/** Undefined when the text is no YAML; the reader says why. */
export function readLintFile(
  path: string,
  text: string,
  repository: LintRepository,
  { document, lines }: ParsedYaml,
): LintFile | undefined {
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return undefined
  const missingAnchors: Span[] = []
  const root = tree(() => valueTree(document, at => missingAnchors.push(at)))
  if (root === undefined) return undefined
  const kind = isActionPath(path) ? 'action' : 'workflow'
  const jobs = fieldsOf(valueAt(root, 'jobs')).map(field => readJob(field, text))
  const actionSteps = kind === 'action' ? readSteps(valueAt(root, 'runs', 'steps'), undefined, text) : []
  const steps = [...jobs.flatMap(job => job.steps), ...actionSteps]
  const scalars = [...scalarsBelow(root)]
  const expressions = expressionsOf(scalars, text)
  const byHost = Map.groupBy(expressions, ({ host }): Value => host)
  return {
    path,
    text,
    kind,
    root,
    repository,
    triggers: readTriggers(valueAt(root, 'on')),
    jobs,
    steps,
    scalars,
    expressions,
    missingAnchors,
    expressionsIn: host => (host && byHost.get(host)) ?? [],
    stepAt: new Map(steps.map(step => [step.key, step])),
    positionOf(offset) {
      const { line, col } = lines.linePos(Math.min(offset, text.length))
      return { line: Math.max(1, line), column: Math.max(1, col) }
    },
  }
}

export const isActionPath = (path: string): boolean => /(^|\/)action\.ya?ml$/.test(path)

/** The job and the step an expression belongs to. */
export function homeOf(file: LintFile, { path }: LintExpression): { job?: LintJob; step?: LintStep } {
  const key = stepKeyOf(path)
  const step = key && file.stepAt.get(key.join('/'))
  const job = path[0] !== 'jobs' ? undefined : (step?.job ?? file.jobs.find(each => each.key === path[1]))
  return { ...(job && { job }), ...(step && { step }) }
}

export const hasEvent = (file: LintFile, ...events: string[]): boolean =>
  file.triggers.some(({ event }) => events.includes(event))

/** Steps of the same list that are done before this one. */
export const stepsBefore = ({ siblings, index, parallelFrom }: LintStep): LintStep[] =>
  siblings.slice(0, parallelFrom ?? index)

/** Steps that run after this one, or beside it. */
export const stepsAfter = ({ siblings, index, parallelFrom }: LintStep): LintStep[] =>
  siblings.filter(
    other =>
      other.index > index || (parallelFrom !== undefined && other.index >= parallelFrom && other.index !== index),
  )

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
  const top = job ? `jobs/${job.key}/steps` : 'runs/steps'
  const add = (value: Value, key: string, parallelFrom?: number): void => {
    const uses = valueAt(value, 'uses')
    siblings.push({
      at: fieldsOf(value)[0]?.at ?? value,
      value,
      index: siblings.length,
      siblings,
      key,
      ...(parallelFrom !== undefined && { parallelFrom }),
      job,
      id: textOf(fieldOf(value, 'id')?.value),
      uses: uses?.kind === 'scalar' ? readUses(uses, text) : undefined,
      run: valueAt(value, 'run'),
    })
  }
  for (const [index, value] of itemsOf(list).entries()) {
    add(value, `${top}/${index}`)
    const from = siblings.length
    for (const [part, inner] of itemsOf(valueAt(value, 'parallel')).entries())
      add(inner, `${top}/${index}/parallel/${part}`, from)
  }
  return siblings
}
