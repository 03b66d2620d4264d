import type { Deployment, DeploymentFacts, DeploymentStore, StepAnswers } from '@gantry/core'

/** What vendors answered before, from the rows: about what serves now, and about this release here and elsewhere. */
export async function earlierAnswers(
  deployments: Pick<DeploymentStore, 'live' | 'list'>,
  { project, environment, release }: { project: string; environment: string; release: string },
): Promise<Pick<DeploymentFacts, 'formerAnswers' | 'earlier'>> {
  const [live, same] = await Promise.all([
    deployments.live(project, environment),
    deployments.list(project, { release, limit: 50 }),
  ])
  return {
    formerAnswers: live ? answersIn(live) : {},
    earlier: same
      .filter(({ liveAt }) => liveAt !== null)
      .map(each => ({
        environment: each.environment,
        answers: answersIn(each),
        ...(each.env && { env: each.env }),
      })),
  }
}

/** What the steps of a deployment were answered. */
export const answersIn = ({ steps }: Pick<Deployment, 'steps'>): StepAnswers =>
  Object.fromEntries(steps.flatMap(({ id, answer }) => (answer ? [[id, answer] as const] : [])))
