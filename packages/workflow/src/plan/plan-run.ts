import type { JobState, RunState } from '@gantry/core'
import { GantryError } from '@gantry/core/errors'
import { githubContext } from '../context/github-context.ts'
import { evaluateTree } from '../expression/evaluate-tree.ts'
import { evaluateTemplate, type Scope, toText } from '../expression/expression.ts'
import type { JobSpec, Workflow } from '../file/workflow.ts'
import { expandMatrix, type Leg, legName } from '../matrix/expand-matrix.ts'
import { judgesNeeds } from './judges-needs.ts'
import { readInputs } from './read-inputs.ts'

export interface RunFacts {
  id: string
  number: number
  event: string
  eventPayload: Record<string, unknown>
  inputs: Record<string, unknown>
  ref: string
  sha: string
  actor: string
  title: string
  /** `owner/name`. */
  repository: string
  now: Date
}

/**
 * A run that has not started: every job queued, matrices that need no other job already unfolded.
 * `run-name` becomes the title; the repository travels in the event payload, where GitHub keeps it too.
 * @throws GantryError WORKFLOW_INVALID where `run-name` cannot be evaluated, BAD_REQUEST for inputs that do not fit
 */
export function planRun(workflow: Workflow, facts: RunFacts): RunState {
  const run = unplanned(workflow, facts)
  const scope = scopeOf(run)
  if (workflow.runName !== undefined && !asksLater(workflow.runName))
    run.title = written(workflow, 'run-name', workflow.runName, scope)
  run.jobs = workflow.jobs.flatMap(spec => planJob(spec, scope, run.createdAt))
  return run
}

/**
 * What the `concurrency` of a file says for one run, with the contexts that `run-name` may use, too.
 * @throws GantryError WORKFLOW_INVALID, BAD_REQUEST
 */
export function writeConcurrency(workflow: Workflow, facts: RunFacts, template: string): string {
  const { contexts } = scopeOf(unplanned(workflow, facts))
  // Variables belong to environments here, which no run has: a group that names one is still a group.
  return written(workflow, 'concurrency', template, { contexts: { ...contexts, vars: {} } })
}

function written({ path }: Workflow, field: string, template: string, scope: Scope): string {
  try {
    return toText(evaluateTemplate(template, scope))
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new GantryError('WORKFLOW_INVALID', `${path}: ${field} "${template}": ${message}`, {}, { cause })
  }
}

const scopeOf = (run: RunState): Scope => ({ contexts: { github: githubContext(run), inputs: run.inputs } })

function unplanned(workflow: Workflow, facts: RunFacts): RunState {
  const inputs = readInputs(workflow, facts.event, { ...inputsIn(facts), ...facts.inputs })
  const payload = { repository: repositoryOf(facts.repository), ...facts.eventPayload }
  return {
    id: facts.id,
    number: facts.number,
    workflowPath: workflow.path,
    workflowName: workflow.name,
    event: facts.event,
    // As GitHub sends them: every input, as text.
    eventPayload: facts.event === 'workflow_dispatch' ? { ...payload, inputs: asTexts(inputs) } : payload,
    inputs,
    ref: facts.ref,
    sha: facts.sha,
    actor: facts.actor,
    title: facts.title,
    status: 'queued',
    createdAt: facts.now.toISOString(),
    attempt: 1,
    jobs: [],
  }
}

/** What a payload that somebody wrote says of them. */
function inputsIn({ event, eventPayload: { inputs } }: RunFacts): Record<string, unknown> {
  return event === 'workflow_dispatch' && typeof inputs === 'object' && inputs !== null ? { ...inputs } : {}
}

function asTexts(inputs: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, toText(value)]))
}

/** The legs of a job, or the one job it is without a matrix. Throws when the matrix is not one. */
export function unfoldJob(spec: JobSpec, scope: Scope, createdAt: string): JobState[] {
  if (spec.strategy?.matrix === undefined) return [queuedJob(spec, scope, createdAt)]
  const legs = expandMatrix(evaluateTree(spec.strategy.matrix, scope))
  const ids = new Set<string>()
  return legs.map(leg => {
    const job = queuedJob(spec, scope, createdAt, leg)
    for (let i = 2; ids.has(job.id); i++) job.id = `${legName(spec.key, leg)} #${i}`
    ids.add(job.id)
    return job
  })
}

/** A job in a run that has not come to it: its legs when they are known already, else one job. */
export function planJob(spec: JobSpec, scope: Scope, createdAt: string): JobState[] {
  if (spec.strategy?.matrix === undefined || asksLater(JSON.stringify(spec.strategy.matrix))) {
    return [queuedJob(spec, scope, createdAt)]
  }
  try {
    return unfoldJob(spec, scope, createdAt)
  } catch {
    // A matrix that cannot be unfolded fails its job when its turn comes, with the reason as annotation.
    return [queuedJob(spec, scope, createdAt)]
  }
}

function queuedJob(spec: JobSpec, scope: Scope, createdAt: string, matrix?: Leg): JobState {
  const own: Scope = { ...scope, contexts: { ...scope.contexts, matrix: matrix ?? {} } }
  const id = matrix === undefined ? spec.key : legName(spec.key, matrix)
  const environment = spec.environment && textOr(spec.environment.name, own, undefined)
  return {
    id,
    key: spec.key,
    name: spec.name === undefined ? id : (textOr(spec.name, own, id) ?? id),
    needs: spec.needs,
    ...(judgesNeeds(spec) ? { judgesNeeds: true } : {}),
    ...(matrix === undefined ? {} : { matrix }),
    ...(environment === undefined || environment === '' ? {} : { environment }),
    status: 'queued',
    createdAt,
    steps: [],
    outputs: {},
    annotations: [],
    attempt: 0,
  }
}

function textOr(template: string, scope: Scope, otherwise: string | undefined): string | undefined {
  const isKnown = 'needs' in scope.contexts || !asksLater(template)
  try {
    return isKnown ? toText(evaluateTemplate(template, scope)) : otherwise
  } catch {
    return otherwise
  }
}

/** Mentions of contexts that are known only once the run is under way. */
function asksLater(text: string): boolean {
  return text.includes('${{') && /\b(needs|vars|secrets)\b/i.test(text)
}

function repositoryOf(repository: string): Record<string, unknown> {
  const [owner, name] = repository.split('/')
  return { full_name: repository, name: name ?? repository, owner: { login: owner ?? '' } }
}
