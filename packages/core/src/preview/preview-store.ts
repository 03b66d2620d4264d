import type { Preview } from './preview.ts'

export interface PreviewStore {
  /** False when there is one of that number. */
  add(preview: Preview): Promise<boolean>
  /**
   * Replaces the row if its version is still `preview.version`, and raises the version by one.
   * @throws GantryError CONFLICT when it moved on
   */
  update(preview: Preview): Promise<Preview>
  get(project: string, number: number): Promise<Preview | null>
  /** Newest first; `open`: all of which something is there, or was asked for, unless there is a limit. */
  list(project: string, filter: { open?: boolean; limit?: number }): Promise<Preview[]>
}
