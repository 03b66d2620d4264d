import type { Preview, Store } from '@gantry/core'
import type { PreviewView } from '@gantry/core/api'
import type { Config } from '@gantry/core/config'

interface Shown {
  store: Pick<Store, 'deployments'>
  address(environment: string, service: string): string | null
}

/** A preview with where it answers now. */
export async function previewView(preview: Preview, { store, address }: Shown): Promise<PreviewView> {
  const { project, version: _, ...shown } = preview
  const live = await store.deployments.live(project, preview.environment)
  const known = { ...live?.addresses }
  // Those of this machine may have another port than when it was deployed.
  for (const service of Object.keys(known))
    known[service] = address(preview.environment, service) ?? known[service] ?? ''
  return { ...shown, addresses: known, address: firstAddress(known) }
}

/** People look at pages first; an API comes last by the order in which services need each other. */
const firstAddress = (addresses: Record<string, string>): string | null => Object.values(addresses).at(-1) ?? null

/** How many there may be at a time; null where the config has none. */
export const mostPreviews = (config: Config | null): number | null => config?.previews?.most ?? null
