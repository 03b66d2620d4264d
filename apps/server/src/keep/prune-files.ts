import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Project, Store } from '@gantry/core'
import { durationMs, KeepConfig } from '@gantry/core/config'
import type { ArtifactStore } from '@gantry/delivery'
import type { SharedUploads } from '../run/shared-uploads.ts'
import { neededReleases } from './needed-releases.ts'

export interface PruneParts {
  store: Pick<Store, 'releases' | 'deployments' | 'promotions' | 'runs'>
  project(): Promise<Project>
  artifacts: ArtifactStore
  /** Where runs put what they upload: one folder a run. */
  runArtifacts: string
  /** Whether what servers share is looked after here; what lies in the folder of this machine is in any case. */
  isOurs: boolean
  /** What other machines have of it; null where there are none. */
  uploads: Pick<SharedUploads, 'removeBefore'> | null
  now(): Date
}

/** Between an upload and the release it belongs to no one needs it yet. */
const uploadMs = 86_400_000

/** Removes built files of releases nobody can go back to, and what old runs uploaded. Without a config nothing goes. */
export async function pruneFiles(parts: PruneParts): Promise<void> {
  const { store, artifacts, isOurs, now } = parts
  const project = await parts.project()
  if (!project.config) return
  const keep = keepOf(project)
  const needed = await neededReleases(project, keep, store, now())
  const digests = new Set(needed.flatMap(release => release.artifacts.map(({ digest }) => digest)))
  if (isOurs) await artifacts.prune(digests, new Date(now().getTime() - uploadMs))
  await pruneRunArtifacts(project.name, now().getTime() - durationMs(keep.runs), parts)
}

/** A config that an older Gantry stored does not say it. */
export const keepOf = ({ config }: Project): KeepConfig => KeepConfig.parse(config?.keep ?? {})

async function pruneRunArtifacts(
  project: string,
  beforeMs: number,
  { store, runArtifacts, isOurs, uploads }: PruneParts,
) {
  const unfinished = new Set((await store.runs.unfinished(project)).map(({ id }) => id))
  if (isOurs) await uploads?.removeBefore(beforeMs, runId => unfinished.has(runId))
  for (const name of await readdir(runArtifacts).catch(nothingYet)) {
    const folder = join(runArtifacts, name)
    if (unfinished.has(name) || (await stat(folder)).mtimeMs >= beforeMs) continue
    await rm(folder, { recursive: true, force: true })
  }
}

/** Before the first upload there is no folder. */
function nothingYet(cause: NodeJS.ErrnoException): string[] {
  if (cause.code === 'ENOENT') return []
  throw cause
}
