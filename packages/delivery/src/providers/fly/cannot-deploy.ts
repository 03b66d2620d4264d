/** Why nothing can be done, in one sentence that a person can act on: of fly.toml, of the config, of somebody else's lease. */
export class CannotDeploy extends Error {}
