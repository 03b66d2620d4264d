import {
  type ComparedEnv,
  type Deployment,
  type EnvChange,
  type EnvFingerprint,
  envChanges,
  envNameChanges,
  type Release,
  type Store,
} from '@gantry/core'

type Deployments = Pick<Store['deployments'], 'list' | 'live'>
type NotedDeployment = Deployment & { env: EnvFingerprint }

const isNoted = (each: Deployment): each is NotedDeployment => each.liveAt !== null && each.env !== undefined

/** By variables and secrets, what a deployment brought that the one before it there had not. Empty where nobody noted either. */
export async function broughtEnv(deployment: Deployment, deployments: Deployments): Promise<EnvChange[]> {
  const { project, environment, id, createdAt, env } = deployment
  if (!env) return []
  const history = await deployments.list(project, { environment, limit: 50 })
  const before = history.find(each => each.id !== id && each.createdAt < createdAt && isNoted(each))
  return before?.env ? envChanges(before.env, env) : []
}

/** What did not come back with a rollback: the release had other values when it was live there before. */
export async function notBroughtBack(rollback: Deployment, deployments: Deployments): Promise<EnvChange[]> {
  const { project, environment, release, id, createdAt, env } = rollback
  if (!env) return []
  const same = await deployments.list(project, { release, limit: 50 })
  const then = same.find(
    each => each.environment === environment && each.id !== id && each.createdAt < createdAt && isNoted(each),
  )
  return then?.env ? envChanges(then.env, env) : []
}

/**
 * Where both were live in one environment, what was another there; else only names, between where each was live last. Null where nobody
 * noted it of one of them.
 */
export async function comparedEnv(
  from: Pick<Release, 'id' | 'project'>,
  to: Pick<Release, 'id' | 'project'>,
  deployments: Deployments,
): Promise<ComparedEnv | null> {
  const [before, after] = await Promise.all([notedOf(from, deployments), notedOf(to, deployments)])
  for (const was of before) {
    const is = after.find(each => each.environment === was.environment)
    if (is) return { from: was.environment, to: is.environment, changes: envChanges(was.env, is.env) }
  }
  const [was, is] = [before[0], after[0]]
  return was && is ? { from: was.environment, to: is.environment, changes: envNameChanges(was.env, is.env) } : null
}

/** What a release would meet in an environment, by where it was proved: names that one of the two has and the other has not. */
export async function envToMeet(
  release: Pick<Release, 'id' | 'project'>,
  environment: string,
  deployments: Deployments,
): Promise<ComparedEnv | null> {
  const [there, proved] = await Promise.all([
    deployments.live(release.project, environment),
    notedOf(release, deployments),
  ])
  const elsewhere = proved.find(each => each.environment !== environment)
  if (!there?.env || !elsewhere) return null
  return { from: elsewhere.environment, to: environment, changes: envNameChanges(elsewhere.env, there.env) }
}

/** Its deployments of which it was noted, newest first. */
const notedOf = async (
  { id, project }: Pick<Release, 'id' | 'project'>,
  deployments: Deployments,
): Promise<NotedDeployment[]> => (await deployments.list(project, { release: id, limit: 50 })).filter(isNoted)
