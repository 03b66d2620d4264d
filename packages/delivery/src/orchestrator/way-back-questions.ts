import type { DeploymentFacts, Release, WayBackQuestions } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { earlierAnswers } from './earlier-answers.ts'
import { envSaltOf } from './env-traces.ts'
import { addressesOf } from './open-work.ts'
import type { Inside } from './parts.ts'
import { type RollbackQuestion, wayBack } from './rollback.ts'

/**
 * What a job has to ask the vendors: about the release that was live last, and the one a rollback would go to by what they said before.
 * Empty where nothing is live, or nothing could be put back anyhow.
 */
export async function wayBackQuestions(
  inside: Inside,
  question: Pick<RollbackQuestion, 'project' | 'config' | 'environment'> & {
    configOf?(release: Release): Promise<Config>
  },
): Promise<WayBackQuestions> {
  const { project, environment } = question
  const { store } = inside.parts
  const [last, next] = [await wayBack(inside, { ...question, isAskedAnew: true }), await wayBack(inside, question)]
  const ids = new Set([last.to, next.to].flatMap(id => id ?? []))
  const live = await store.deployments.live(project, environment)
  const envSalt = await envSaltOf(store.projects, project)
  const questions: WayBackQuestions['questions'] = []
  for (const release of live ? await store.releases.some(project, [...ids]) : []) {
    const config = (await question.configOf?.(release)) ?? question.config
    const services = await inside.bind(config)
    const atVendors = services.filter(({ runsIn, isStateful }) => runsIn === 'job' && !isStateful)
    const facts: DeploymentFacts = {
      ...{ project, environment, release, former: live?.release ?? null, kind: 'rollback' as const },
      ...{ isKept: false, retire: [], envSalt },
      ...(await earlierAnswers(store.deployments, { project, environment, release: release.id })),
    }
    const addresses = addressesOf(inside, inside.environments.of(project, environment), { services, facts })
    if (atVendors.length > 0) questions.push({ services: atVendors.map(({ name }) => name), facts, config, addresses })
  }
  return { questions }
}
