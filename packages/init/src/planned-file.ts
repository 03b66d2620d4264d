/** A file, or why there is none. */
export type Document = string | { reason: string; remedy: string }

export interface PlannedFile {
  path: string
  /** The whole file, with the line that says where it comes from. */
  text: string
  /** It puts a marked block into a file people wrote, instead of being a file of its own. */
  isBlock?: boolean
}
