import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { GantryError } from '@gantry/core'
import type { Artifact } from '@gantry/core/api'
import type { Config } from '@gantry/core/config'
import { bindServices } from '@gantry/delivery'
import type { Api } from '../api/api.ts'

/** What `packArtifact` of @gantry/delivery answers. */
export interface Packed extends AsyncDisposable {
  digest: string
  bytes: number
  open(): Readable
}
export type Pack = (dir: string) => Promise<Packed>

interface Uploading {
  api: Api
  pack: Pack
  cwd: string
  say(line: string): void
  /** Path that artifacts are below; left out: those of releases. */
  below?: string
}

/**
 * Packs what the build left of each service and sends what the server does not have yet.
 * @throws GantryError RELEASE_ARTIFACT_MISSING when the build left nothing
 */
export async function uploadArtifacts(
  config: Config,
  { api, pack, cwd, say, below = '' }: Uploading,
): Promise<Artifact[]> {
  const artifacts: Artifact[] = []
  for (const [service, { artifact }] of Object.entries(config.services)) {
    if (artifact === undefined) continue
    await using packed = await pack(join(cwd, artifact)).catch(cause => {
      if (!(cause instanceof GantryError)) throw cause
      throw new GantryError(cause.code, `${service}: ${cause.message}`, { ...cause.facts, service }, { cause })
    })
    const { digest, bytes } = packed
    const place = `${below}/artifacts/${digest}`
    const isThere = await api.has(place)
    if (!isThere) await api.put(place, packed.open())
    say(`${service}  ${artifact}  ${digest.slice(0, 19)}  ${(bytes / 1024).toFixed(0)} KB${isThere ? ', known' : ''}`)
    artifacts.push({ service, digest, bytes })
  }
  return artifacts
}

/** Folder of the migrations that a provider applies; undefined where they are found by themselves. */
export async function migrationsFolder(config: Config): Promise<string | undefined> {
  const services = await bindServices(config)
  return services.flatMap(({ migrations }) => migrations ?? [])[0]
}
