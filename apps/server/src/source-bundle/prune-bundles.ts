import type { Objects, SourceBundleStore } from '@gantry/core'
import type { ChunkStore } from './chunk-store.ts'
import { bundleKey } from './source-uploads.ts'

export interface PruneBundleParts {
  project: string
  store: Pick<SourceBundleStore, 'list' | 'remove'>
  objects: Objects
  chunks: Pick<ChunkStore, 'prune'>
  /** Names of releases that somebody may still go back to. */
  needed: ReadonlySet<string>
  now: Date
  /** How long one is kept that nobody uploads or reads, and whose release is not needed. */
  keptForMs: number
}

/** Between its pieces and a bundle, and between a bundle's file and its row, passes less. */
const uploadMs = 86_400_000

/** A bundle goes with its release: when nobody uploaded it or read an event by it for as long as releases are kept. */
export async function pruneBundles(parts: PruneBundleParts): Promise<void> {
  const { project, store, objects, chunks, needed, now, keptForMs } = parts
  const before = new Date(now.getTime() - keptForMs).toISOString()
  const kept = new Set<string>()
  for (const { id, release, uploadedAt, usedAt } of await store.list(project)) {
    const isKept = uploadedAt >= before || usedAt >= before || (release !== null && needed.has(release))
    // One that somebody uploaded or read since the list was made stays.
    if (isKept || !(await store.remove(project, id, before))) kept.add(bundleKey(project, id))
  }
  const uploads = new Date(now.getTime() - uploadMs)
  for await (const { key, keptAt } of objects.list(`projects/${project}/source-bundles`))
    if (!kept.has(key) && new Date(keptAt) < uploads) await objects.remove(key)
  await objects.removeUnfinished(`projects/${project}/source-bundles`, uploads.toISOString())
  await chunks.prune(uploads)
}
