/** What a push does to one branch, as the hook of the repository told it before git accepted it. */
export interface LoggedPush {
  /** Names it: each of its runs is started once, whoever starts them. */
  id: string
  /** Who was signed in where it was made; null where the system did not say. */
  actor: string | null
  ref: string
  before: string | null
  after: string | null
  isForward: boolean
  at: string
  /** Its runs are started. */
  isDone: boolean
}

/**
 * Pushes from before git accepts them until their runs are started. A server that dies between leaves them to whoever looks next,
 * however many followed.
 */
export interface PushLog {
  expect(project: string, push: Omit<LoggedPush, 'isDone'>): Promise<void>
  /** Of a branch, in their order: those whose runs are not all started, and the last one whose are. */
  of(project: string, ref: string): Promise<LoggedPush[]>
  /** Branches with some that are not done. */
  open(project: string): Promise<string[]>
  /** Projects with some that were expected between these times and are not done. */
  left(from: string, to: string): Promise<string[]>
  /** Forgets those of the branch that were done before. */
  done(project: string, id: string): Promise<void>
  /** Git did not accept it. */
  forget(project: string, id: string): Promise<void>
}
