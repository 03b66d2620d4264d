import * as z from 'zod'

/** `application`: a run of a program, or a visit of a person. `request`: what a server answered, summed up by its client. */
export const SessionKind = z.enum(['application', 'request'])
export type SessionKind = z.output<typeof SessionKind>

/** One session as a client tells of it, again as it goes on; or sums of many that it made itself. */
export interface SessionFact {
  project: string
  /** Of the session: told of again, it is the same. Sums have one of their own. */
  id: string
  kind: SessionKind
  release: string
  environment: string
  startedAt: string
  receivedAt: string
  person: string | null
  /** The service whose key it came with; null: the key is none of one service. Nothing else says it. */
  service: string | null
  /** Sessions that begin here. Zero when it is only told how one went on. */
  quantity: number
  /** With an error that was handled. */
  errored: number
  crashed: number
  /** Ended without saying so. */
  abnormal: number
}

/** How sessions of a release went. */
export const SessionHealth = z.object({
  release: z.string(),
  environment: z.string(),
  kind: SessionKind,
  sessions: z.int(),
  errored: z.int(),
  crashed: z.int(),
  abnormal: z.int(),
  people: z.int().describe('of those whose client says who they are'),
  peopleWithCrash: z.int(),
})
export type SessionHealth = z.output<typeof SessionHealth>

/** The same of one release, by environment. */
export type SessionSum = Omit<SessionHealth, 'release'>

/** Sessions of one release that began within a stretch of time. */
export interface SessionCell {
  bucket: number
  environment: string
  kind: SessionKind
  sessions: number
  crashed: number
}

export interface ClientSessionStore {
  record(sessions: readonly SessionFact[]): Promise<void>
  /** By release and environment of those that began since then, those with the most sessions first. */
  health(project: string, query: { from: string; release?: string }): Promise<SessionHealth[]>
  /** Of a release by all names that clients have for it. `from` and `until` are of when sessions began. */
  ofRelease(
    project: string,
    query: { names: readonly string[]; from: string; until: string; bucketMs: number },
  ): Promise<{ sums: SessionSum[]; cells: SessionCell[] }>
  /** Of all releases. */
  begun(
    project: string,
    query: { from: string; until: string },
  ): Promise<{ environment: string; kind: SessionKind; sessions: number }[]>
}
