import { commitOfRelease, type Preview, type Store } from '@gantry/core'
import type { PreviewView } from '@gantry/core/api'
import type { Config } from '@gantry/core/config'

interface Shown {
  store: Pick<Store, 'deployments'>
  address(environment: string, service: string): string | null
}

/** A preview with where it answers now. */
export async function previewView(preview: Preview, { store, address }: Shown): Promise<PreviewView> {
  const { project, left: _, version: __, ...shown } = preview
  const live = await store.deployments.live(project, preview.environment)
  const known = { ...live?.addresses }
  // Those of this machine may have another port than when it was deployed.
  for (const service of Object.keys(known))
    known[service] = address(preview.environment, service) ?? known[service] ?? ''
  const because = await becauseOf(preview, store)
  const serving = live && commitOfRelease(live.release)
  return { ...shown, because, addresses: known, address: firstAddress(known), serving }
}

/** Why it goes, and why it did not go yet. */
async function becauseOf(
  { project, state, because, deployment }: Preview,
  { deployments }: Shown['store'],
): Promise<string | null> {
  if (state !== 'removing' || deployment === null) return because
  const removal = await deployments.get(project, deployment)
  if (removal?.kind !== 'removal' || removal.failure === null) return because
  return `${because}; ${removal.failure}; Gantry goes on trying`
}

/** People look at pages first; an API comes last by the order in which services need each other. */
const firstAddress = (addresses: Record<string, string>): string | null => Object.values(addresses).at(-1) ?? null

/** How many there may be at a time; null where the config has none. */
export const mostPreviews = (config: Config | null): number | null => config?.previews?.most ?? null
