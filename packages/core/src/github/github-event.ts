import * as z from 'zod'

const Sha = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/)

/** What GitHub told of, as far as Gantry acts upon it. */
export const GitHubEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ping') }),
  z.object({ kind: z.literal('push'), ref: z.string(), after: Sha.nullable(), actor: z.string() }),
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
    sha: Sha,
    ref: z.string(),
  }),
  /** Something about where the App is installed; GitHub is asked what. */
  z.object({ kind: z.literal('installation') }),
])
export type GitHubEvent = z.output<typeof GitHubEvent>

/** One delivery of a webhook. */
export const GitHubDelivery = z.object({
  id: z.string().describe('of `X-GitHub-Delivery`; the same when GitHub delivers again'),
  digest: z.string().describe('SHA-256 of the name of the event and its body: the header is not signed, the body is'),
  repository: z.string().nullable().describe('owner/name; null where the event is about none'),
  receivedAt: z.iso.datetime(),
  event: GitHubEvent,
})
export type GitHubDelivery = z.output<typeof GitHubDelivery>
