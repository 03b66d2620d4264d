/**
 * Where the branches of a project's repository are, for servers that keep it on machines of their own: each brings its own copy to
 * where these say. Empty while one server keeps it in its folder.
 */
export interface GitStore {
  refs(project: string): Promise<SharedRef[]>
  /** All of them together have every commit that a branch led to. Read after `refs`, they have those of its answer. */
  packs(project: string): Promise<SharedPack[]>
  /**
   * Keeps a push, or nothing of it: null when one of its branches is not where the push found it. One that is where the push leads
   * already is as it should be, and keeps the name of the push that brought it there. Answers the number of its pack.
   */
  push(project: string, push: SharedPush): Promise<{ pack: number | null } | null>
  /** One pack takes the place of those with these numbers, in which nothing was that it does not have. Answers its number. */
  repack(project: string, object: string, numbers: readonly number[]): Promise<number>
  /** One server keeps the repository from now on. */
  forget(project: string): Promise<void>
}

export interface SharedRef {
  ref: string
  sha: string
  pushId: string
  actor: string
}

export interface SharedPack {
  number: number
  /** Its key among the objects. */
  object: string
}

export interface SharedPush {
  id: string
  actor: string
  /** Null when it brings no commit that was not there. */
  object: string | null
  updates: readonly { ref: string; before: string | null; after: string | null }[]
}
