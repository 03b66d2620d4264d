/** Tries to sign in, counted together for all servers. Time is the database's. */
export interface TryStore {
  /** Counts one. The first begins a window of that length; answers how many are in it, and how long it goes on. */
  count(key: string, windowMs: number): Promise<{ tries: number; leftMs: number }>
  /** One of them was none. */
  takeBack(key: string): Promise<void>
  forget(key: string): Promise<void>
  /** Removes those whose window is over. */
  prune(): Promise<void>
}
