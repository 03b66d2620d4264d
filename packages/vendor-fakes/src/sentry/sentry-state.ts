/** An issue with what is told of it when it is asked for. */
export interface FakeIssue {
  /** As lists have it. */
  issue: { id: string } & Record<string, unknown>
  /** In the shape of the API, the newest first; none where they are too old. */
  events: ({ eventID: string } & Record<string, unknown>)[]
  /** As clients sent them, by id. */
  json: Record<string, object>
  /** The newest first. */
  activity: object[]
  comments: object[]
}

/** Many, of which one at a time is looked at: an organization may have more than a test wants in its memory. */
export interface Listed<T> {
  length: number
  at(index: number): T | undefined
}

export interface SentryState {
  /** Newest first. */
  events: { eventID: string; groupID: string; title: string; dateCreated: string }[]
  /** Null: as GlitchTip, which has none. */
  rules: object[] | null
  pageSize: number
  /** By project, in the order in which they were first seen, the newest first. */
  issues: Record<string, Listed<FakeIssue>>
  releases: ({ version: string } & Record<string, unknown>)[]
  /** By release. */
  commits: Record<string, object[]>
  deploys: Record<string, object[]>
  /** Knows issues by themselves alone, orders by other words, and tells no event as it was sent. */
  isGlitchTip: boolean
}

export const emptySentry = (): SentryState => ({
  ...{ events: [], rules: [], pageSize: 100, issues: { web: [] }, releases: [], commits: {}, deploys: {} },
  isGlitchTip: false,
})
