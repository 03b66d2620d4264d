import { GantryError } from '@gantry/core'
import { Cron } from 'croner'
import * as z from 'zod'
import { readWorkflow } from './read-workflow.ts'
import { runIdFor } from './run-id.ts'

/** One entry of `on.schedule` of a workflow file. */
export const Schedule = z.object({
  workflowPath: z.string(),
  cron: z.string(),
  /** IANA name; UTC where the file says none, as on GitHub. */
  timezone: z.string(),
})
export type Schedule = z.output<typeof Schedule>

/** A file that cannot be read has no schedules; its run on a push says what is wrong with it. */
export function schedulesIn(files: { path: string; text: string }[]): Schedule[] {
  return files.filter(({ path }) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)).flatMap(schedulesOf)
}

/**
 * The first time after `after` that the cron means. A local time that a change of clocks leaves out is moved behind the
 * gap, one that comes twice is taken once. Null: never again.
 * @throws GantryError WORKFLOW_INVALID for a cron or a time zone nobody knows
 */
export function nextTick({ workflowPath, cron, timezone }: Schedule, after: Date): Date | null {
  try {
    return new Cron(cron, { timezone, mode: '5-part', sloppyRanges: true, paused: true }).nextRun(after)
  } catch (cause) {
    throw new GantryError(
      'WORKFLOW_INVALID',
      `${workflowPath}: expected a cron of five fields and a time zone like Europe/Berlin, got "${cron}" in "${timezone}"`,
      {},
      { cause },
    )
  }
}

/** Names a schedule among all; the same for the same words. */
export const keyOf = ({ workflowPath, cron, timezone }: Schedule): string => `${workflowPath} ${cron} ${timezone}`

/** Id of the run a tick starts: the same tick can never be two runs, whoever is asked to start it, and how often. */
export function runIdOf(project: string, schedule: Schedule, tick: string): string {
  return runIdFor(project, keyOf(schedule), tick)
}

function schedulesOf({ path, text }: { path: string; text: string }): Schedule[] {
  try {
    const triggers = readWorkflow(path, text).on.filter(({ event }) => event === 'schedule')
    return triggers
      .flatMap(({ schedules = [] }) => schedules)
      .map(({ cron, timezone = 'UTC' }) => ({ workflowPath: path, cron, timezone }))
  } catch (cause) {
    if (cause instanceof GantryError) return []
    throw cause
  }
}
