import { GitHubEvent } from '@gantry/core'
import * as z from 'zod'
import { readPush } from './read-push.ts'

/** Whether Gantry asks for events of that name: others are not even read. */
export const isAskedFor = (name: string): boolean => Object.hasOwn(readers, name)

/**
 * What an event says, as far as Gantry acts upon it; null for one it does not ask for.
 * Fields are those of GitHub's "Webhook events and payloads". @throws ZodError when it is not what GitHub sends
 */
export function readGitHubEvent(name: string, payload: unknown): GitHubEvent | null {
  const read = isAskedFor(name) ? readers[name] : undefined
  if (!read) return null
  const event = read(payload)
  return event === null ? null : GitHubEvent.parse(event)
}

/** Names of the events that are read; a hook that sends more is no fault. */
const readers: Readonly<Record<string, (payload: unknown) => GitHubEvent | null>> = {
  ping: () => ({ kind: 'ping' }),
  push: readPush,
  workflow_run(payload) {
    const { workflow_run: run } = Run.parse(payload)
    const { id: runId, display_title: title, head_sha: sha, html_url: url, event, status, conclusion } = run
    return { kind: 'run', runId, title, event, sha, status, conclusion, url }
  },
  deployment_protection_rule(payload) {
    const { action, environment, deployment_callback_url: callback, ...of } = Protection.parse(payload)
    const [sha, ref] = [of.sha ?? of.deployment?.sha, of.ref ?? of.deployment?.ref]
    // The id alone is taken of the address: a token is sent to the API this server knows, wherever that leads.
    const runId = /\/actions\/runs\/(\d+)\/deployment_protection_rule$/.exec(callback)?.[1]
    if (action !== 'requested' || runId === undefined || sha === undefined || ref === undefined) return null
    const isWhole = ref.startsWith('refs/')
    return { kind: 'protection', runId: Number(runId), environment, sha, ref: isWhole ? ref : `refs/heads/${ref}` }
  },
  check_run: payload => checkOf(CheckRun.parse(payload).check_run.head_sha),
  check_suite: payload => checkOf(CheckSuite.parse(payload).check_suite.head_sha),
  status: payload => checkOf(CommitStatus.parse(payload).sha),
  pull_request: payload => ({ kind: 'pull', number: Pull.parse(payload).number }),
  installation: () => ({ kind: 'installation' }),
  installation_repositories: () => ({ kind: 'installation' }),
}

/** Which commit is judged anew; how it is judged is asked of GitHub. */
const checkOf = (sha: string): GitHubEvent => ({ kind: 'check', sha })

/** The repository an event is about. */
export function repositoryOf(payload: unknown): { repository: string | null; repositoryId: number | null } {
  const { repository } = About.safeParse(payload).data ?? {}
  return { repository: repository?.full_name ?? null, repositoryId: repository?.id ?? null }
}

const About = z.looseObject({ repository: z.looseObject({ full_name: z.string(), id: z.int().optional() }) })
const Head = z.looseObject({ head_sha: z.string() })
const CheckRun = z.looseObject({ check_run: Head })
const CheckSuite = z.looseObject({ check_suite: Head })
const CommitStatus = z.looseObject({ sha: z.string() })
const Run = z.looseObject({
  workflow_run: z.looseObject({
    id: z.int(),
    display_title: z.string().default(''),
    event: z.string(),
    head_sha: z.string(),
    status: z.string(),
    conclusion: z.string().nullable(),
    html_url: z.string().default(''),
  }),
})
const Pull = z.looseObject({ number: z.int() })
const Protection = z.looseObject({
  action: z.string(),
  environment: z.string(),
  deployment_callback_url: z.string(),
  sha: z.string().optional(),
  ref: z.string().optional(),
  deployment: z.looseObject({ sha: z.string(), ref: z.string() }).nullish(),
})
