import type { Deployment } from '@gantry/core/api'

/** What ran there at that time: the newest deployment of the environment that had gone live by then. Null: none is known. */
export function deploymentAt(deployments: readonly Deployment[], environment: string, at: string): Deployment | null {
  const before = deployments.filter(
    each => each.environment === environment && each.liveAt !== null && Date.parse(each.liveAt) <= Date.parse(at),
  )
  return before.toSorted((a, b) => Date.parse(b.liveAt ?? '') - Date.parse(a.liveAt ?? ''))[0] ?? null
}
