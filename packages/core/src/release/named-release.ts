import * as z from 'zod'

/** A commit that a release is said to bring. */
export const NamedCommit = z.object({
  sha: z.string(),
  repository: z.string().nullable(),
  message: z.string().nullable(),
  author: z.string().nullable(),
  at: z.string().nullable(),
})
export type NamedCommit = z.output<typeof NamedCommit>

export const NamedDeploy = z.object({
  environment: z.string(),
  name: z.string().nullable(),
  url: z.string().nullable(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
})
export type NamedDeploy = z.output<typeof NamedDeploy>

/** A release by the name that clients report it by, with what a build said of it. It may be none that Gantry built. */
export const NamedRelease = z.object({
  project: z.string(),
  version: z.string(),
  sha: z.string().nullable().describe('the commit it was built from, where somebody said so'),
  url: z.string().nullable(),
  commits: z.array(NamedCommit).describe('newest first'),
  deploys: z.array(NamedDeploy).describe('newest first'),
  createdAt: z.iso.datetime(),
  releasedAt: z.iso.datetime().nullable(),
})
export type NamedRelease = z.output<typeof NamedRelease>

/** What is said of one; what is left out stays as it was. */
export interface SaidOfRelease {
  sha?: string
  url?: string
  releasedAt?: string
  /** In place of those that were said before. */
  commits?: readonly NamedCommit[]
  deploy?: NamedDeploy
}

export interface NamedReleaseStore {
  /** Makes it when it is new. Answers it as it is then, and whether it is new. */
  say(
    project: string,
    version: string,
    said: SaidOfRelease,
    at: string,
  ): Promise<{ release: NamedRelease; isNew: boolean }>
  get(project: string, version: string): Promise<NamedRelease | null>
  /** Newest first. */
  list(project: string, limit: number): Promise<NamedRelease[]>
  /** Answers false when there is none. */
  remove(project: string, version: string): Promise<boolean>
}
