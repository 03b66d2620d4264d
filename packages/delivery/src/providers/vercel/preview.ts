import type { StepOutcome } from '@gantry/core'
import { counted } from '@gantry/core/words'
import { stepDone } from '../step-outcome.ts'
import { isEnded } from './stage.ts'
import { type Deployment, isOwn } from './vercel-api.ts'
import { ownMeta, type VercelScene } from './vercel-scene.ts'

/** Deletes whatever Gantry deployed for the pull request, as its metadata says: what a process made that died is among it. */
export async function removePreview(scene: VercelScene): Promise<StepOutcome> {
  const { api } = scene
  const own = await allOfPreview(scene)
  for (const deployment of own) {
    // What is being built is billed until it ends.
    if (!isEnded(deployment)) await api.cancel(deployment.id)
    await api.remove(deployment.id)
  }
  return stepDone(own.length === 0 ? 'nothing of it was there' : `${counted(own.length, 'deployment')} deleted`)
}

/** What the pull request was deployed as last; null before. */
export const newestOfPreview = async (scene: VercelScene): Promise<Deployment | null> =>
  (await allOfPreview(scene)).find(({ readyState }) => readyState === 'READY') ?? null

const mostPages = 20

/** The newest first. */
async function allOfPreview(scene: VercelScene): Promise<Deployment[]> {
  const { api } = scene
  const { gantryRelease: _, ...meta } = ownMeta(scene)
  const { id } = await api.project()
  const found: Deployment[] = []
  let before: number | undefined
  for (let page = 0; page < mostPages; page += 1) {
    const listed = await api.newest(id, before)
    found.push(...listed.filter(each => isOwn(each, meta)))
    before = listed.at(-1)?.createdAt
    if (listed.length < 100 || before === undefined) break
  }
  return found
}
