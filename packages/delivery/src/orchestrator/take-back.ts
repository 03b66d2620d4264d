import type { Deployment } from '@gantry/core'
import { carryOut } from './carry-out.ts'
import type { EnvironmentState, Placed } from './environments.ts'
import { openWork, prepareWork } from './open-work.ts'
import type { Inside } from './parts.ts'

/** Ends a deployment that is not gone on with: what was begun of it is undone, so that it fails with the former release serving. */
export async function takeBack(
  inside: Inside,
  state: EnvironmentState,
  { deployment, placed, why }: { deployment: Deployment; placed: Placed; why: string },
): Promise<Deployment> {
  const prepared = await prepareWork(inside, state, placed, deployment.kind)
  const work = openWork(inside, prepared, deployment)
  try {
    await work.journal.change(each => ({ ...each, undoing: each.undoing ?? why }))
    return await carryOut(work)
  } finally {
    work.close()
  }
}
