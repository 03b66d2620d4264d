import { posix } from 'node:path'
import type { Project } from '@gantry/core'
import { durationMs } from '@gantry/core/config'
import type { ArtifactStore } from '@gantry/delivery'
import { bundleMaps, type MapEvent } from './issue/bundle-maps.ts'
import { applyLateMaps } from './issue/late-maps.ts'
import { neededReleases } from './keep/needed-releases.ts'
import { keepOf } from './keep/prune-files.ts'
import type { ProjectBase } from './project/project-base.ts'
import { type ChunkStore, chunkStore } from './source-bundle/chunk-store.ts'
import { pruneBundles } from './source-bundle/prune-bundles.ts'
import { SourceUploads } from './source-bundle/source-uploads.ts'
import { UploadedMaps } from './source-bundle/uploaded-maps.ts'

/** What stacks of bundles are read by: maps in Gantry's own artifacts, and those that builds upload. */
export interface ComposedSources {
  mapped: MapEvent
  chunks: ChunkStore
  uploads: SourceUploads
  /** Removes what belongs to releases nobody goes back to. */
  prune(): Promise<void>
}

interface SourceUses {
  artifacts: ArtifactStore
  project: { current(): Promise<Project> }
}

const mapsCame = 'source-maps'

export function composeSources(base: ProjectBase, { artifacts, project }: SourceUses): ComposedSources {
  const { store, objects, folders, bus, live, now, newId, log } = base
  const { name } = base.stored
  const uploaded = new UploadedMaps({
    ...{ project: name, store: store.sourceBundles, objects, dir: folders.sourceBundles, now, log },
  })
  bus.hear(mapsCame, said => said === name && uploaded.changed())
  const chunks = chunkStore(objects, name, now)
  const serviceOf = async (service: string) => (await project.current()).config?.services[service]
  const mapped = bundleMaps({
    ...{ artifacts, uploaded, dir: folders.maps, now, log },
    async foldersOf(service) {
      const config = await serviceOf(service)
      return config ? { root: config.path, built: config.artifact ?? posix.join(config.path, 'dist') } : null
    },
    async builtBy(id, service) {
      const release = await store.releases.get(name, id)
      const artifact = release?.artifacts.find(one => one.service === service)
      const config = await serviceOf(service)
      if (!artifact || !config) return null
      return { digest: artifact.digest, root: config.path, built: config.artifact ?? config.path }
    },
  })
  let late: Promise<unknown> = Promise.resolve()
  const uploads = new SourceUploads({
    ...{ project: name, store: store.sourceBundles, objects, chunks, dir: folders.sourceBundles, now, newId },
    onMaps(_maps, release) {
      uploaded.changed()
      bus.say(mapsCame, name)
      const rules = async () => (await project.current()).config?.grouping ?? []
      // One after the other: two bundles of a build may name the same issues.
      late = late
        .then(() => applyLateMaps(release, { project: name, store, live, mapped, rules, now }))
        .catch(err => log.error({ err, release }, 'issues that waited for their maps could not be named'))
    },
  })
  return {
    ...{ mapped, chunks, uploads },
    async prune() {
      const current = await project.current()
      const keep = keepOf(current)
      const needed = new Set((await neededReleases(current, keep, store, now())).map(({ id }) => id))
      await pruneBundles({
        ...{ project: name, store: store.sourceBundles, objects, chunks, needed, now: now() },
        keptForMs: durationMs(keep.releases),
      })
    },
  }
}
