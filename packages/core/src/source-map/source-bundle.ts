import * as z from 'zod'

/** Built files and their maps, as a build uploaded them. */
export const SourceBundle = z.object({
  id: z.string(),
  project: z.string(),
  checksum: z.string().describe('SHA-1 of its bytes, by which who uploads knows it'),
  release: z.string().nullable().describe('as clients call it; null: found by debug ids alone'),
  dist: z.string().nullable(),
  bytes: z.int(),
  by: z.string().describe('name of the token that it was uploaded with'),
  uploadedAt: z.iso.datetime(),
  usedAt: z.iso.datetime().describe('when an event was last read by it, to the day'),
})
export type SourceBundle = z.output<typeof SourceBundle>

/** A map in a bundle, and the built file it is of. */
export interface MapInBundle {
  /** Its place in the bundle. */
  entry: string
  /** Of the built file: `~/assets/index.js`, where `~` stands for any origin. */
  url: string
  /** 32 hex digits. */
  debugId: string | null
}

export interface FoundMapEntry extends MapInBundle {
  bundle: string
}

export interface SourceBundleStore {
  /** Answers false when one with that checksum is kept for the release: that one counts as uploaded now. */
  add(bundle: SourceBundle, maps: readonly MapInBundle[]): Promise<boolean>
  /** Whether it is kept for that release. It counts as uploaded at `at`, so that it stays as long as a new one. */
  touch(project: string, bundle: Pick<SourceBundle, 'checksum' | 'release'>, at: string): Promise<boolean>
  /** The newest bundle first. */
  byDebugIds(project: string, debugIds: readonly string[]): Promise<FoundMapEntry[]>
  /** Of the newest bundles first. */
  ofRelease(project: string, release: string): Promise<FoundMapEntry[]>
  used(project: string, id: string, at: string): Promise<void>
  /** Newest first. */
  list(project: string): Promise<SourceBundle[]>
  /** Bytes of all that is kept of a project. */
  bytesOf(project: string): Promise<number>
  /** Unless somebody uploaded or read it since then. Answers whether it is gone. */
  remove(project: string, id: string, before: string): Promise<boolean>
}
