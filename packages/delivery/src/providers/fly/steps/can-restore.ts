import type { StepAnswer } from '@gantry/core'
import { sortMachines } from '../api/machines-of-app.ts'
import type { FlyFacts, FlyWork } from '../fly-work.ts'
import { findImage, imageName } from '../image/registry.ts'
import { launchTag, tags } from '../tags.ts'
import { LaunchPlan } from './launch-plan.ts'

/** With which machines this release went live in this environment before; null where nobody noted it. */
export function earlierPlan({ earlier, environment, service }: FlyFacts): LaunchPlan | null {
  const answers = earlier.filter(each => each.environment === environment).map(each => planIn(each.answers, service))
  return answers.find(plan => plan !== null) ?? null
}

function planIn(answers: Record<string, StepAnswer>, service: string): LaunchPlan | null {
  for (const kind of ['start', 'roll']) {
    const { data } = LaunchPlan.safeParse(answers[`${service}.${kind}`])
    if (data) return data
  }
  return null
}

/** Its machines are there, stopped; or at least the image they can be made of again. */
export async function canRestore(work: FlyWork): Promise<{ can: true } | { can: false; why: string }> {
  const { api, facts, app, context, token, settings } = work
  const plan = earlierPlan(facts)
  if (plan === null) return { can: false, why: `it never went live in ${facts.environment}` }
  const { own } = sortMachines(await api.list(), facts.release.id)
  const kept = new Set(own.filter(({ state }) => state !== 'failed').map(({ config }) => config.metadata[tags.launch]))
  const isKept = plan.slots.every(slot => kept.has(launchTag(facts.release.id, slot)))
  if (isKept && settings.strategy === 'bluegreen') return { can: true }
  const name = imageName(plan.image)
  const image = name === null ? null : await findImage(context, token, name)
  if (image?.state === 'gone')
    return { can: false, why: `${app} keeps no machines of it, and Fly has its image no more: ${plan.image}` }
  if (image?.state === 'unknown') context.log(`whether ${plan.image} is still there is not known: ${image.why}`)
  return { can: true }
}
