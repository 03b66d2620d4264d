import { GantryError, type RunState } from '@gantry/core'
import { type Workflow, writeConcurrency } from '@gantry/workflow'
import { readWorkflow } from './read-workflow.ts'

/** What the `concurrency:` of a workflow file says for one run. */
export interface Concurrency {
  /** GitHub compares groups without regard to case, over all workflow files of a repository. */
  group: string
  /** Whether this run ends those of its group that are under way. */
  cancelsRunning: boolean
}

/**
 * Null when the file asks for nothing, or cannot be read: then the run is red by itself.
 * @throws GantryError WORKFLOW_INVALID where the group cannot be evaluated
 */
export function concurrencyOf(run: RunState, text: string): Concurrency | null {
  const workflow = readable(run.workflowPath, text)
  if (!workflow?.concurrency) return null
  const { group, cancelInProgress } = workflow.concurrency
  const written = textFor(run, workflow, group)
  if (written === '') return null
  const cancels = typeof cancelInProgress === 'boolean' ? cancelInProgress : textFor(run, workflow, cancelInProgress)
  return { group: written.toLowerCase(), cancelsRunning: cancels === true || cancels === 'true' }
}

/**
 * Which of the unfinished runs of a group, oldest first, a new last one ends. The first holds the place: it is ended
 * only by a run whose file says so. Those behind it have not begun, and a newer one takes their turn, as on GitHub.
 */
export function supersededBy(newest: Concurrency, earlier: RunState[]): RunState[] {
  return newest.cancelsRunning ? earlier : earlier.slice(1)
}

function readable(path: string, text: string): Workflow | null {
  try {
    return readWorkflow(path, text)
  } catch (cause) {
    if (cause instanceof GantryError) return null
    throw cause
  }
}

function textFor(run: RunState, workflow: Workflow, template: string): string {
  const facts = { ...run, repository: repositoryOf(run), now: new Date(run.createdAt) }
  return writeConcurrency(workflow, facts, template)
}

function repositoryOf({ eventPayload }: RunState): string {
  const repository = eventPayload['repository']
  const name = typeof repository === 'object' && repository !== null && 'full_name' in repository
  return name ? String(repository.full_name) : ''
}
