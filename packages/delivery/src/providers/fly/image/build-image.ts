import type { StepOutcome } from '@gantry/core'
import * as z from 'zod'
import { stepDone, stepFailed } from '../../step-outcome.ts'
import type { FlyWork } from '../fly-work.ts'
import { byDocker, byFly, chooseBuilder } from './builders.ts'
import type { ImageParts } from './image-parts.ts'
import { findImage, imageName, registryHost } from './registry.ts'

/**
 * One image for a release, wherever it is deployed: what another deployment of it has built is taken by its digest; what the
 * registry has under the release's name, because the answer was lost, is not built again.
 */
export async function provideImage(work: FlyWork, parts: ImageParts): Promise<StepOutcome> {
  const { facts, app, context, token } = work
  const built = builtBefore(work)
  if (built !== null) return promote(work, built)
  const said = parts.toml.build?.image
  if (said !== undefined) return stepDone(`${said}, as fly.toml says`, { image: said })
  const label = `gantry-${facts.release.id.slice(0, 12)}`
  const image = `${registryHost}/${app}:${label}`
  const there = await findImage(context, token, { repository: app, reference: label })
  if (there.state === 'there') return found(app, there.digest, 'was built before')
  const builder = await chooseBuilder(work, parts)
  if (builder === null)
    return stepFailed(
      'neither docker nor flyctl is here to build the image: use a runner with Docker, or add superfly/flyctl-actions/setup-flyctl to the job',
    )
  await context.progress(`${builder === 'docker' ? 'docker' : "Fly's builder"} builds ${image}`)
  const ran = await (builder === 'docker' ? byDocker : byFly)(work, parts, label)
  if (ran.fault !== null) return stepFailed(`${builder === 'docker' ? 'docker' : 'flyctl'} ${ran.fault}`, ran.lines)
  const digest = ran.digest ?? (await digestOf(work, label))
  return digest === null
    ? stepDone(`${image}, whose digest the registry does not say`, { image })
    : found(app, digest, 'is built')
}

const found = (app: string, digest: string, how: string): StepOutcome =>
  stepDone(`${app}@${digest.slice(0, 19)}… ${how}`, { image: `${registryHost}/${app}@${digest}`, digest })

const Built = z.looseObject({ image: z.string().regex(/@sha256:/) })

function builtBefore({ facts }: FlyWork): { image: string; environment: string } | null {
  const stepId = `${facts.service}.image`
  for (const { environment, answers } of facts.earlier) {
    const { data } = Built.safeParse(answers[stepId])
    if (data) return { image: data.image, environment }
  }
  return null
}

/** The same bytes: what was proven there is what runs here. */
async function promote(
  { context, token }: FlyWork,
  built: { image: string; environment: string },
): Promise<StepOutcome> {
  const name = imageName(built.image)
  const state = name === null ? null : await findImage(context, token, name)
  if (state?.state === 'gone')
    return stepFailed(
      `${registryHost} has the image of ${built.environment} no more: ${built.image}; deploy a new commit`,
    )
  return stepDone(`as proven on ${built.environment}`, { image: built.image, digest: name?.reference ?? null })
}

async function digestOf({ context, token, app }: FlyWork, label: string): Promise<string | null> {
  const state = await findImage(context, token, { repository: app, reference: label })
  return state.state === 'there' ? state.digest : null
}
