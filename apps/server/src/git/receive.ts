import { GantryError, type RunState, type RunStore, shortSha } from '@gantry/core'
import * as z from 'zod'
import { failedAt } from '../run/run-summary.ts'

/** What the hook of the bare repository sends. */
export const HookBody = z.strictObject({
  phase: z.enum(['pre-receive', 'post-receive']),
  actor: z.string().nullable().describe('who is signed in where the push was made; null where the system does not say'),
  updates: z.array(
    z.strictObject({
      before: z.string().nullable(),
      after: z.string().nullable(),
      ref: z.string(),
      isForward: z.boolean(),
    }),
  ),
})
export type HookBody = z.output<typeof HookBody>
export type Update = HookBody['updates'][number]

export const mainRef = 'refs/heads/main'

/**
 * Whether an update is welcome. Branches always are; `main` moves forward only, to a commit whose required workflow is green.
 * @throws GantryError HISTORY_REWRITTEN, CHECKS_NOT_GREEN
 */
export async function admit(
  update: Update,
  facts: { project: string; requiredWorkflow: string; runs: RunStore; pages: string },
): Promise<void> {
  if (update.ref !== mainRef) return
  if (!update.after) throw new GantryError('HISTORY_REWRITTEN', 'main cannot be deleted')
  if (!update.isForward)
    throw new GantryError('HISTORY_REWRITTEN', `${shortSha(update.after)} does not contain what main holds`)
  const workflowPath = `.github/workflows/${facts.requiredWorkflow}`
  const [run] = await facts.runs.list(facts.project, { sha: update.after, workflowPath, limit: 1 })
  const why = notGreen(run, facts.requiredWorkflow, shortSha(update.after), facts.pages)
  if (why) throw new GantryError('CHECKS_NOT_GREEN', why, { sha: update.after, run: run?.id ?? null })
}

function notGreen(run: RunState | undefined, workflow: string, sha: string, pages: string): string | null {
  if (!run) return `${workflow} has not run for ${sha}: push it as a branch, e.g. \`git push gantry HEAD:try-it\``
  const where = `${pages}/runs/${run.id}`
  if (run.status !== 'completed') return `${workflow} is still running for ${sha}; watch it at ${where}`
  if (run.conclusion === 'success') return null
  return `${workflow} failed for ${sha} in ${failedAt(run) ?? run.conclusion}; see ${where}`
}
