import { GantryError, wayBackWord } from '@gantry/core'
import { fileThatCarriesOn, type Summoned } from '@gantry/delivery'
import type { Repository } from '../git/repository.ts'
import type { RunRequest } from '../run/run-keeper.ts'

const branch = 'main'

export interface SummonParts {
  repository: Pick<Repository, 'head' | 'file' | 'commit'>
  /** Starts a run here, as by hand. */
  start(run: RunRequest): Promise<unknown>
  /** Starts it on GitHub; false when the project is not connected with a repository there. */
  startOnGitHub(run: { workflow: string; branch: string; inputs: Record<string, string> }): Promise<boolean>
}

/**
 * Starts the workflow that undoes, or removes a preview, for one deployment: its job holds the credentials of the environment, and carries out what
 * is left to do. @throws GantryError NOT_FOUND when there is no such workflow
 */
export const summonWorkflow = ({ id, environment }: Summoned, parts: SummonParts): Promise<void> =>
  startWorkflow({ environment, deployment: id, reason: `deployment ${id} waits for a job that carries it out` }, parts)

/** Starts the same workflow to ask vendors whether there is a way back: what would do it is proved with it. */
export const summonWayBack = (environment: string, parts: SummonParts): Promise<void> =>
  startWorkflow(
    { environment, deployment: wayBackWord, reason: 'Gantry asks the vendors whether there is a way back' },
    parts,
  )

async function startWorkflow(
  inputs: { environment: string; deployment: string; reason: string },
  parts: SummonParts,
): Promise<void> {
  const { repository, start, startOnGitHub } = parts
  const file = fileThatCarriesOn(inputs.environment)
  const workflowPath = `.github/workflows/${file}`
  if (await startOnGitHub({ workflow: file, branch, inputs })) return
  const sha = await repository.head(branch)
  if (!sha) throw new GantryError('NOT_FOUND', `no branch ${branch}`)
  await repository.file(sha, workflowPath).catch(cause => {
    throw new GantryError('NOT_FOUND', `no ${workflowPath} on ${branch}, which would carry it out`, {}, { cause })
  })
  const ref = `refs/heads/${branch}`
  const { title, author } = await repository.commit(sha)
  const run = { workflowPath, event: 'workflow_dispatch', payload: { inputs, ref }, inputs, ref, sha, title, author }
  await start({ ...run, actor: 'gantry' })
}
