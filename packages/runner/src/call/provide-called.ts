import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunState } from '@gantry/core'
import { GantryError } from '@gantry/core/errors'
import type { Call, Position, Templated, Workflow } from '@gantry/workflow'
import { checkCall, excessPermission, readCalledWorkflow } from '@gantry/workflow'
import type { Machine } from '../run/machine.ts'

/**
 * GitHub's limits since 2025-11: ten levels with the top one, fifty workflows called from one file.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations#limitations
 */
const MAX_LEVELS = 10
const MAX_CALLED = 50

/** The workflows a run calls, by path. */
export type Called = ReadonlyMap<string, Workflow>

/**
 * Reads every workflow that jobs of this one call, and those call in turn, from the commit that runs; what is given to
 * them has to fit before anything starts.
 *
 * @throws GantryError WORKFLOW_INVALID, with file, line and column
 */
export async function provideCalled(
  workflow: Workflow,
  run: Pick<RunState, 'sha' | 'ref'>,
  machine: Pick<Machine, 'source' | 'workDir'>,
): Promise<Called> {
  const called = new Map<string, Workflow>()
  if (!workflow.jobs.some(({ call }) => call !== undefined)) return called
  await mkdir(machine.workDir, { recursive: true })
  const folder = await mkdtemp(join(machine.workDir, 'called-'))
  try {
    await machine.source.checkout(folder, { sha: run.sha, ref: run.ref, fetchDepth: 1 })
    follow(workflow, [workflow.path], undefined, { folder, called })
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  return called
}

interface Place {
  folder: string
  called: Map<string, Workflow>
}

/** `allowed`: the permissions of the job that calls `workflow`; without any, whatever the repository grants. */
function follow(workflow: Workflow, chain: readonly string[], allowed: Templated | undefined, place: Place): void {
  for (const spec of workflow.jobs) {
    const { call } = spec
    if (call === undefined) continue
    const found = calledBy(workflow, call, chain, place)
    for (const finding of checkCall(spec, call, found)) throw refusal(workflow, finding, finding.message)
    const granted = spec.permissions ?? workflow.permissions ?? allowed
    const excess = excessPermission(found, granted)
    if (excess !== undefined) throw refusal(workflow, call.at, excess)
    follow(found, [...chain, call.path], granted, place)
  }
}

function calledBy(workflow: Workflow, call: Call, chain: readonly string[], { folder, called }: Place): Workflow {
  if (chain.includes(call.path)) {
    throw refusal(workflow, call.at, `expected calls without a circle, got ${[...chain, call.path].join(' → ')}`)
  }
  if (chain.length >= MAX_LEVELS) {
    throw refusal(workflow, call.at, `expected at most ${MAX_LEVELS} levels of workflows, got ${call.path} below them`)
  }
  const known = called.get(call.path)
  if (known !== undefined) return known
  if (called.size >= MAX_CALLED) {
    throw refusal(workflow, call.at, `expected at most ${MAX_CALLED} workflows to be called, got ${call.path} besides`)
  }
  const file = join(folder, call.path)
  if (!existsSync(file))
    throw refusal(workflow, call.at, `expected a workflow at ${call.path}, got none in this commit`)
  const read = readCalledWorkflow(call.path, readFileSync(file, 'utf8'))
  if (!read.on.some(({ event }) => event === 'workflow_call')) {
    throw refusal(
      workflow,
      call.at,
      `expected ${call.path} to have "on: workflow_call", got a workflow nobody can call`,
    )
  }
  called.set(call.path, read)
  return read
}

function refusal({ path }: Workflow, at: Position, message: string): GantryError {
  const { line, column } = at
  return new GantryError('WORKFLOW_INVALID', `${path}:${line}:${column}: ${message}`, {
    path,
    findings: [{ line, column, message }],
  })
}
