import type { Release } from './release.ts'
import { pendingMigrations } from './schema-fits.ts'

/** A service of a release's config, as its provider describes it. */
export interface ServiceParts {
  name: string
  isStateful: boolean
  /** `vendor`: built and kept there, so that nobody here knows whether it is another build. */
  artifact: 'store' | 'vendor'
}

/**
 * Services that a release changes where the other one serves: by the digests of their files, by migrations, and each that a vendor
 * builds, for it is built anew.
 */
export function changedServices(
  services: readonly ServiceParts[],
  release: Pick<Release, 'artifacts' | 'migrations'>,
  former: Pick<Release, 'artifacts' | 'migrations'> | null,
): string[] {
  const digestIn = (of: Pick<Release, 'artifacts'> | null, name: string) =>
    of?.artifacts.find(({ service }) => service === name)?.digest
  return services
    .filter(({ name, isStateful, artifact }) => {
      if (isStateful) return pendingMigrations(release.migrations, former?.migrations ?? []).length > 0
      if (artifact === 'vendor') return true
      return former === null || digestIn(release, name) !== digestIn(former, name)
    })
    .map(({ name }) => name)
}
