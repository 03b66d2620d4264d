interface OfEnvironments {
  environments: Record<string, { on?: string | undefined; from?: string | undefined }>
}

/** The branch that the first environment is deployed from. */
export const deployedBranch = (config: OfEnvironments | null): string =>
  Object.values(config?.environments ?? {}).find(({ on }) => on !== undefined)?.on ?? 'main'

/** The branch that leads to an environment: the one that is deployed to the first on the way. */
export function branchTo(environment: string, config: OfEnvironments | null): string {
  const all = config?.environments ?? {}
  let one = all[environment]
  for (const _ of Object.keys(all)) one = one?.from === undefined ? one : all[one.from]
  return one?.on ?? 'main'
}
