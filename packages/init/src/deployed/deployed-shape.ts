/** A repository as teams have it that deploy to vendors, whole but for the frameworks themselves. */
export interface DeployedShape {
  name: string
  files: Readonly<Record<string, string>>
  /** What `gantry init` has to make of it: each service with its provider. */
  services: Readonly<Record<string, string>>
  /**
   * What its builds leave, by folder of the package: stands for frameworks of hundreds of megabytes where the repository is deployed
   * for a test.
   */
  builds: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Its head is all that is read of one; where a repository is deployed for a test, pnpm writes the real one. */
export const lockfile = `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false
`
