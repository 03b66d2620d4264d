import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StepOutcome } from '@gantry/core'
import { stepDone, stepFailed } from '../step-outcome.ts'
import { poll } from '../vendor/poll.ts'
import { VendorError } from '../vendor/vendor-error.ts'
import { type OutputFile, outputFiles, type Surroundings } from './output-files.ts'
import { type Deployment, isOwn, type NewDeployment, type OwnMeta, type Project } from './vercel-api.ts'
import { ownMeta, stepIds, type VercelScene } from './vercel-scene.ts'

/** Creates the deployment, once, and waits until it is ready. Nobody is sent to it yet. */
export async function stage(scene: VercelScene): Promise<StepOutcome> {
  const { api, context, timeoutMs } = scene
  const project = await api.project()
  const created = await createOnce(scene, project)
  const { id, url, inspectorUrl } = created
  const answer = { deploymentId: id, url, inspector: inspectorUrl ?? null, writers: [id] }
  await context.progress(`building at ${created.url}`, answer)
  const waited = await poll(context, timeoutMs, async () => {
    const deployment = await api.deployment(created.id)
    return isEnded(deployment) ? deployment : null
  })
  if (waited.state === 'timed-out') {
    await api.cancel(created.id).catch(cause => context.log(`${created.id} could not be cancelled: ${cause}`))
    const lines = inspect(created)
    return {
      ok: false,
      why: 'Vercel did not get it ready, so it was cancelled',
      afterMs: waited.afterMs,
      lines,
      answer,
    }
  }
  const fault = buildFault(waited.value)
  if (fault) return { ...stepFailed(fault, inspect(waited.value)), answer }
  return stepDone(`${created.url} is ready`, answer)
}

export const isEnded = ({ readyState }: Deployment) => ['READY', 'ERROR', 'CANCELED'].includes(readyState)

function buildFault({ readyState, errorCode, errorMessage, checksConclusion }: Deployment): string | null {
  if (readyState === 'CANCELED') return 'it was cancelled at Vercel'
  if (readyState === 'ERROR') return `Vercel says ${[errorCode, errorMessage].filter(Boolean).join(': ') || 'ERROR'}`
  return checksConclusion === 'failed' ? 'a check of the project failed at Vercel' : null
}

const inspect = ({ inspectorUrl }: Deployment) => (inspectorUrl ? [`its build: ${inspectorUrl}`] : [])

/** The deployment of this attempt: the one that is there already, by what Gantry wrote beside it, or a new one. */
async function createOnce(scene: VercelScene, project: Project): Promise<Deployment> {
  const { api, context, facts } = scene
  const ids = stepIds(facts.service)
  const known = context.answers(ids.stage)?.['deploymentId']
  if (typeof known === 'string') return api.deployment(known)
  const meta = attemptMeta(scene)
  const found = await findAttempt(scene, project)
  if (found) return found
  return withFiles(scene, async files => {
    try {
      return await createWith(scene, project, meta, files)
    } catch (cause) {
      if (!(cause instanceof VendorError) || cause.fault.done !== 'unknown') throw cause
      context.log(`${cause.message}; looking whether it was created all the same`)
      const looked = await poll(context, 15_000, () => findAttempt(scene, project))
      return looked.state === 'ended' ? looked.value : createWith(scene, project, meta, files)
    }
  })
}

const attemptMeta = (scene: VercelScene): OwnMeta => ({
  ...ownMeta(scene),
  gantryAttempt: String(
    scene.context.answers(stepIds(scene.facts.service).check)?.['attempt'] ?? scene.facts.release.id,
  ),
})

/** What this plan created before, unless its build is over. */
export const findAttempt = async (scene: VercelScene, project: Project): Promise<Deployment | null> =>
  (await scene.api.newest(project.id)).find(
    each => isOwn(each, attemptMeta(scene)) && each.readyState !== 'ERROR' && each.readyState !== 'CANCELED',
  ) ?? null

/** A domain of its own, or a pull request, leads to what Vercel calls a preview; anything else was built for production. */
function aimOf({ alias, isPreview, facts: { release } }: VercelScene): Pick<NewDeployment, 'target' | 'git'> {
  const { sha: commitSha, title: commitMessage, author: commitAuthorName } = release
  return {
    target: alias === null && !isPreview ? 'production' : null,
    git: isPreview ? { commitSha, commitMessage, commitAuthorName } : null,
  }
}

/** Asks for the deployment first: Vercel knows most files from the ones before, and says which it lacks. */
async function createWith(
  scene: VercelScene,
  project: Project,
  meta: OwnMeta,
  files: OutputFile[],
): Promise<Deployment> {
  const { api, context } = scene
  const wanted = files.map(({ file, sha, size, mode }) => ({ file, sha, size, mode }))
  const ask = () => api.create({ project, ...aimOf(scene), files: wanted, meta: { ...meta } })
  // What was uploaded can be lost again at the vendor's: three times is a fault.
  for (let round = 1; ; round += 1) {
    const answer = await ask()
    if (!('missing' in answer)) return answer
    if (round > 3) throw new Error(`Vercel misses ${answer.missing.length} files that were uploaded`)
    const missing = files.filter(({ sha }) => answer.missing.includes(sha))
    await context.progress(`uploading ${missing.length} of ${files.length} files`)
    await uploadAll(scene, missing)
  }
}

const uploadsAtOnce = 10

async function uploadAll({ api }: VercelScene, files: OutputFile[]): Promise<void> {
  const waiting = files.values()
  const worker = async () => {
    for (const each of waiting) await api.upload(each.sha, await each.bytes())
  }
  await Promise.all(Array.from({ length: Math.min(uploadsAtOnce, files.length) }, worker))
}

const surroundingsOf = ({ facts, context }: VercelScene): Surroundings => ({
  ...{ addressOf: context.addressOf, env: context.env },
  ...{ environment: facts.environment, release: facts.release.id },
})

/** The release's artifact, unpacked for as long as it is needed. */
export async function withFiles<T>(scene: VercelScene, use: (files: OutputFile[]) => Promise<T>): Promise<T> {
  const { facts, context } = scene
  const artifact = facts.release.artifacts.find(each => each.service === facts.service)
  if (!artifact) throw new Error(`the release has no artifact of ${facts.service}`)
  const temporary = await mkdtemp(join(tmpdir(), 'gantry-vercel-'))
  try {
    const folder = join(temporary, 'files')
    await context.artifacts.unpack(artifact.digest, folder)
    return await use(await outputFiles(folder, facts.settings, surroundingsOf(scene)))
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}
