import type { GroupedEvent } from '../issue-store.ts'
import type { Assignee } from '../life/issue-life.ts'
import type { Import, ImportAsked, ImportCursor, ImportOrigin, ImportOutcome } from './import.ts'
import type { ImportedIssue, ImportedRelease } from './imported-issue.ts'

/** An issue of elsewhere with its events grouped by the rules of here. */
export interface ImportingIssue extends Omit<ImportedIssue, 'assignee' | 'reports'> {
  assignee: Assignee | null
  reports: ImportingReport[]
}

export interface ImportingReport {
  event: GroupedEvent
  /** Hashes of keys that a client's own report of the same fault may have: as it is read without maps, and with those of here. */
  otherKeys: readonly string[]
}

export interface NewImport {
  id: string
  origin: ImportOrigin
  asked: ImportAsked
  by: string
  at: string
  /** Whoever carries it out from now on. */
  holder: string
}

interface Batch {
  id: string
  holder: string
  at: string
  /** How far it is with this batch; null: as far as before. */
  cursor: ImportCursor | null
}

/** Imports of issues and releases. Each batch is one transaction and takes its turn with the events that come in. */
export interface ImportStore {
  /** Goes on with one of the same place that asked for the same and has not ended; whoever held it may write no more. */
  begin(project: string, asked: NewImport): Promise<{ import: Import; isResumed: boolean }>
  get(project: string, id: string): Promise<Import | null>
  /** The newest first. */
  list(project: string): Promise<Import[]>
  /** Which of these issues of there were brought already, by whichever import. */
  known(project: string, origin: ImportOrigin, sourceIds: readonly string[]): Promise<string[]>
  /**
   * An issue whose events are of an issue of here joins it, and changes nothing of its life; else it is a new one, of which nobody is told.
   * @throws GantryError IMPORT_MOVED_ON when another process holds it by now, or it ended
   */
  addIssues(project: string, batch: Batch & { issues: readonly ImportingIssue[] }): Promise<ImportOutcome[]>
  /** Those that are named here already stay as they are. Answers how many are new. @throws GantryError IMPORT_MOVED_ON */
  addReleases(project: string, batch: Batch & { releases: readonly ImportedRelease[] }): Promise<number>
  /** @throws GantryError IMPORT_MOVED_ON */
  end(project: string, id: string, holder: string, at: string): Promise<Import>
  /**
   * Takes back as many issues as `limit`. One that events came to since stays, without what the import added.
   * @throws GantryError NOT_FOUND
   */
  undo(project: string, id: string, limit: number, at: string): Promise<{ removed: number; kept: number; left: number }>
}
