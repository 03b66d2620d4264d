import type { Release } from './release.ts'

export interface ReleaseStore {
  /** The same id again changes nothing and answers the stored one: a release is made once. */
  add(release: Release): Promise<Release>
  get(project: string, id: string): Promise<Release | null>
  /** Those of these ids that are known, in any order. */
  some(project: string, ids: string[]): Promise<Release[]>
  /** Newest first. */
  list(project: string, limit: number): Promise<Release[]>
  markBad(project: string, id: string, because: string): Promise<void>
}
