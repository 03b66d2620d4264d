import * as z from 'zod'
import { GitHubPush, GitHubSha } from './github-push.ts'

/** What GitHub told of, as far as Gantry acts upon it. */
export const GitHubEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ping') }),
  z.object({
    kind: z.literal('push'),
    ref: z.string(),
    after: GitHubSha.nullable(),
    actor: z.string(),
    /** Who moved what; left out where nothing was, or where the delivery does not say all of it. */
    push: GitHubPush.optional(),
  }),
  z.object({
    kind: z.literal('run'),
    runId: z.int(),
    /** What `run-name` of the file made of it: how a run that Gantry asked for is known. */
    title: z.string(),
    event: z.string(),
    sha: z.string(),
    status: z.string(),
    conclusion: z.string().nullable(),
    url: z.string(),
  }),
  z.object({
    kind: z.literal('protection'),
    runId: z.int(),
    environment: z.string(),
    sha: GitHubSha,
    ref: z.string(),
  }),
  /** Something that judges a commit changed; GitHub is asked what. */
  z.object({ kind: z.literal('check'), sha: GitHubSha }),
  /** Something became of a pull request; GitHub is asked what. */
  z.object({ kind: z.literal('pull'), number: z.int() }),
  /** Something about where the App is installed; GitHub is asked what. */
  z.object({ kind: z.literal('installation') }),
])
export type GitHubEvent = z.output<typeof GitHubEvent>

/** One delivery of a webhook. */
export const GitHubDelivery = z.object({
  id: z.string().describe('of `X-GitHub-Delivery`; the same when GitHub delivers again'),
  digest: z.string().describe('SHA-256 of the name of the event and its body: the header is not signed, the body is'),
  repository: z.string().nullable().describe('owner/name; null where the event is about none'),
  repositoryId: z.int().nullish().describe('another repository may take its name'),
  receivedAt: z.iso.datetime(),
  event: GitHubEvent,
})
export type GitHubDelivery = z.output<typeof GitHubDelivery>
