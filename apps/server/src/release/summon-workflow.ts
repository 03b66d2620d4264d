import { GantryError } from '@gantry/core'
import type { Summoned } from '@gantry/delivery'
import type { Repository } from '../git/repository.ts'
import type { RunRequest } from '../run/run-keeper.ts'

const workflowPath = '.github/workflows/rollback.yml'
const branch = 'main'

/**
 * Starts the workflow that undoes, for one deployment: its job holds the credentials of the environment, and carries out what
 * is left to do. @throws GantryError NOT_FOUND when there is no such workflow
 */
export async function summonWorkflow(
  { id, environment }: Summoned,
  {
    repository,
    start,
  }: { repository: Pick<Repository, 'head' | 'file' | 'commit'>; start(run: RunRequest): Promise<unknown> },
): Promise<void> {
  const sha = await repository.head(branch)
  if (!sha) throw new GantryError('NOT_FOUND', `no branch ${branch}`)
  await repository.file(sha, workflowPath).catch(cause => {
    throw new GantryError('NOT_FOUND', `no ${workflowPath} on ${branch}, which would take it back`, {}, { cause })
  })
  const inputs = { environment, deployment: id, reason: `its job is gone: deployment ${id} is taken to an end` }
  const ref = `refs/heads/${branch}`
  const { title, author } = await repository.commit(sha)
  const run = { workflowPath, event: 'workflow_dispatch', payload: { inputs, ref }, inputs, ref, sha, title, author }
  await start({ ...run, actor: 'gantry' })
}
