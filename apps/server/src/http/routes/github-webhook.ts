import { GantryError, type MetricsStore } from '@gantry/core'
import { githubJob, githubRun, isSignedByGitHub } from '@gantry/ingest'
import * as z from 'zod'
import { provenBy } from '../../access/route-access.ts'
import type { Api } from '../route.ts'

export interface GitHubWebhookParts {
  project: string
  metrics: MetricsStore
  /** GITHUB_WEBHOOK_SECRET; without it every delivery is refused. */
  secret: string | undefined
  onRecorded(): void
}

/** GitHub sends no more than 25 MB. */
const mostBytes = 25 * 1024 * 1024
const Payload = z
  .looseObject({ action: z.string().optional(), workflow_run: z.unknown(), workflow_job: z.unknown() })
  .partial()

/**
 * POST /webhooks/github: runs and jobs that ended there. Signatures are checked before a byte is parsed. The same delivery
 * again changes nothing; other events are taken and left out, so that a hook may send everything.
 */
export function githubWebhookRoute(api: Api, parts: GitHubWebhookParts): void {
  api.scope((app, scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: mostBytes }, (_request, body, done) =>
      done(null, body),
    )
    const schema = { tags: ['ingest'], summary: 'Deliveries of a GitHub webhook: workflow_run and workflow_job' }
    app.post(
      '/webhooks/github',
      { access: provenBy('webhook signature'), schema, bodyLimit: mostBytes },
      async (request, reply) => {
        const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const signature = request.headers['x-hub-signature-256']
        if (!parts.secret) throw new GantryError('WEBHOOK_NOT_SET_UP', 'expected GITHUB_WEBHOOK_SECRET to be set')
        if (!isSignedByGitHub(bytes, typeof signature === 'string' ? signature : undefined, parts.secret))
          throw new GantryError('WEBHOOK_SIGNATURE_WRONG', 'X-Hub-Signature-256 is missing or does not fit the body')
        const recorded = await record(bytes, String(request.headers['x-github-event']), parts)
        if (recorded) parts.onRecorded()
        return reply.status(202).send({ recorded })
      },
    )
  })
}

async function record(bytes: Buffer, event: string, { project, metrics }: GitHubWebhookParts): Promise<boolean> {
  if (event !== 'workflow_run' && event !== 'workflow_job') return false
  const { run, job } = read(bytes, event)
  if (run) await metrics.record(project, [run])
  if (job) await metrics.addJobs(project, job)
  return run !== null || job !== null
}

function read(bytes: Buffer, event: 'workflow_run' | 'workflow_job') {
  try {
    const payload = Payload.parse(JSON.parse(bytes.toString('utf8')))
    return event === 'workflow_run'
      ? { run: githubRun(payload.workflow_run), job: null }
      : { run: null, job: githubJob(payload.workflow_job) }
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).slice(0, 500) : 'no JSON'
    throw new GantryError('BAD_REQUEST', `${event}: expected what GitHub sends: ${why}`, {}, { cause })
  }
}
