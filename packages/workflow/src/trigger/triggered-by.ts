import { usualTypesOf } from '../file/github-events.ts'
import type { Trigger, Workflow } from '../file/workflow.ts'
import { filterOf } from './filter-pattern.ts'

export interface TriggerEvent {
  /** GitHub's name, e.g. `push`. */
  name: string
  /** e.g. `refs/heads/main`. */
  ref: string
  payload: Record<string, unknown>
  /** Paths the event changed; left out when unknown, and path filters then let it pass. */
  changedFiles?: string[]
}

export interface Triggered {
  runs: boolean
  /** One sentence that names the filter which decided. */
  why: string
}

/** Whether an event starts a workflow, and which filter said so. */
export function triggeredBy(workflow: Workflow, event: TriggerEvent): Triggered {
  const trigger = workflow.on.find(({ event: name }) => name === event.name)
  if (trigger === undefined) {
    const listed = workflow.on.map(({ event: name }) => name).join(', ')
    return { runs: false, why: `it starts on ${listed}, not on ${event.name}` }
  }
  const refusal =
    refusedByType(trigger, event) ??
    refusedByWorkflow(trigger, event) ??
    refusedByImage('name', trigger.names, event) ??
    refusedByImage('version', trigger.versions, event) ??
    refusedByRef(trigger, event) ??
    refusedByPaths(trigger, event)
  return refusal === undefined ? { runs: true, why: `on: ${event.name} matches` } : { runs: false, why: refusal }
}

function refusedByType(trigger: Trigger, event: TriggerEvent): string | undefined {
  const types = trigger.types ?? usualTypesOf(event.name)
  const action = event.payload.action
  if (types === undefined || typeof action !== 'string' || types.includes(action)) return undefined
  return `type ${action} is not among ${types.join(', ')}`
}

/** One that tells no name is taken to be of the right workflow, as an event without changed files is. */
function refusedByWorkflow({ workflows }: Trigger, { payload }: TriggerEvent): string | undefined {
  const name = textAt(payload, 'workflow_run', 'name')
  if (workflows === undefined || name === undefined || workflows.includes(name)) return undefined
  return `workflow ${name} is not among ${workflows.join(', ')}`
}

/** GitHub documents no payload for `image_version`: here its `image_version` says `name` and `version`. */
function refusedByImage(
  what: 'name' | 'version',
  patterns: string[] | undefined,
  { payload }: TriggerEvent,
): string | undefined {
  if (patterns === undefined) return undefined
  const value = textAt(payload, 'image_version', what)
  if (value === undefined) {
    return `it starts for images of ${what} ${patterns.join(', ')}, and the event does not say image_version.${what}`
  }
  return refusedByName(`image ${what}`, value, patterns)
}

function refusedByRef(trigger: Trigger, event: TriggerEvent): string | undefined {
  if (event.name === 'pull_request' || event.name === 'pull_request_target') {
    return refusedByName('base branch', baseBranch(event), trigger.branches, trigger.branchesIgnore)
  }
  if (event.name === 'workflow_run') {
    const branch = textAt(event.payload, 'workflow_run', 'head_branch')
    if (branch === undefined) return undefined
    return refusedByName('head branch', branch, trigger.branches, trigger.branchesIgnore)
  }
  if (event.name === 'merge_group') {
    // Its ref is the queue's own branch, gh-readonly-queue/…: what is filtered is the branch it is to be merged into.
    const base = textAt(event.payload, 'merge_group', 'base_ref') ?? event.ref
    return refusedByName('base branch', base.replace(/^refs\/heads\//, ''), trigger.branches, trigger.branchesIgnore)
  }
  const hasTags = trigger.tags !== undefined || trigger.tagsIgnore !== undefined
  const hasBranches = trigger.branches !== undefined || trigger.branchesIgnore !== undefined
  if (event.ref.startsWith('refs/tags/')) {
    if (!hasTags && hasBranches) return `it starts for branches only, not for ${event.ref}`
    return refusedByName('tag', event.ref.slice('refs/tags/'.length), trigger.tags, trigger.tagsIgnore)
  }
  if (!hasBranches && hasTags) return `it starts for tags only, not for ${event.ref}`
  return refusedByName('branch', event.ref.replace(/^refs\/heads\//, ''), trigger.branches, trigger.branchesIgnore)
}

function refusedByName(what: string, name: string, only?: string[], ignored?: string[]): string | undefined {
  if (only !== undefined && !filterOf(only)(name)) return `${what} ${name} is not among ${only.join(', ')}`
  if (ignored !== undefined && filterOf(ignored)(name)) return `${what} ${name} is ignored by ${ignored.join(', ')}`
  return undefined
}

function refusedByPaths(trigger: Trigger, { changedFiles, ref }: TriggerEvent): string | undefined {
  // GitHub evaluates path filters for neither tags nor events without a diff.
  if (changedFiles === undefined || ref.startsWith('refs/tags/')) return undefined
  const { paths, pathsIgnore } = trigger
  if (paths !== undefined && !changedFiles.some(filterOf(paths))) {
    return `no changed file is among ${paths.join(', ')}`
  }
  if (pathsIgnore !== undefined && changedFiles.every(filterOf(pathsIgnore))) {
    return `every changed file is ignored by ${pathsIgnore.join(', ')}`
  }
  return undefined
}

function baseBranch({ payload, ref }: TriggerEvent): string {
  return textAt(payload, 'pull_request', 'base', 'ref') ?? ref.replace(/^refs\/heads\//, '')
}

function textAt(value: unknown, ...path: string[]): string | undefined {
  const found = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  )
  return typeof found === 'string' ? found : undefined
}
