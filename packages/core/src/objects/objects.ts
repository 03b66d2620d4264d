/**
 * Files that every server of one database has to reach: built artifacts, what runs uploaded, packs of git. In a folder when
 * there is one machine, in an S3 bucket when there are several.
 *
 * A key is one or more names of letters, digits, dots, dashes and underscores, with `/` between them; none begins with a dot.
 */
export interface Objects {
  /**
   * Keeps the bytes under the key in place of what was there. Nobody sees half of them: when `bytes` fails, what was there stays.
   * @throws GantryError STORAGE_FULL, OBJECTS_UNREACHABLE
   */
  put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<{ bytes: number }>
  /** Null when nothing is kept under the key. @throws GantryError OBJECTS_UNREACHABLE */
  get(key: string): Promise<AsyncIterable<Uint8Array> | null>
  has(key: string): Promise<boolean>
  /** What is kept below a folder such as `artifacts`, however deep, in no order. */
  list(folder: string): AsyncIterable<KeptObject>
  /** Does nothing when nothing is kept there. */
  remove(key: string): Promise<void>
  /** Removes what uploads left that were cut off below a folder before this time (ISO 8601). */
  removeUnfinished(folder: string, before: string): Promise<void>
}

export interface KeptObject {
  key: string
  bytes: number
  /** ISO 8601, UTC. */
  keptAt: string
}

/** Whether a text may be a key, or a folder of keys. */
export const isObjectKey = (key: string): boolean =>
  key.length <= 512 && /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(key)
