import { GantryError } from '@gantry/core'
import { githubJob, githubRun, isSignedByGitHub } from '@gantry/ingest'
import * as z from 'zod'
import { provenBy } from '../../access/route-access.ts'
import type { ProjectContext } from '../../project/open-project.ts'
import type { ContextOf } from '../context-of.ts'
import type { Api } from '../route.ts'

export interface GitHubWebhookParts {
  contextOf: ContextOf
  /** GITHUB_WEBHOOK_SECRET; without it every delivery is refused. */
  secret: string | undefined
}

const params = z.object({ project: z.string() })

/** GitHub sends no more than 25 MB. */
const mostBytes = 25 * 1024 * 1024
const Payload = z
  .looseObject({ action: z.string().optional(), workflow_run: z.unknown(), workflow_job: z.unknown() })
  .partial()

/**
 * POST /webhooks/github/<project>: runs and jobs that ended there. Signatures are checked before a byte is parsed. The same delivery
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
      '/webhooks/github/:project',
      { access: provenBy('webhook signature'), schema: { ...schema, params }, bodyLimit: mostBytes },
      async (request, reply) => {
        const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const signature = request.headers['x-hub-signature-256']
        if (!parts.secret) throw new GantryError('WEBHOOK_NOT_SET_UP', 'expected GITHUB_WEBHOOK_SECRET to be set')
        if (!isSignedByGitHub(bytes, typeof signature === 'string' ? signature : undefined, parts.secret))
          throw new GantryError('WEBHOOK_SIGNATURE_WRONG', 'X-Hub-Signature-256 is missing or does not fit the body')
        const context = parts.contextOf(request)
        const recorded = await record(bytes, String(request.headers['x-github-event']), context)
        if (recorded) context.watch.factsChanged()
        return reply.status(202).send({ recorded })
      },
    )
  })
}

async function record(bytes: Buffer, event: string, { stored, store }: ProjectContext): Promise<boolean> {
  if (event !== 'workflow_run' && event !== 'workflow_job') return false
  const { run, job } = read(bytes, event)
  if (run) await store.metrics.record(stored.name, [run])
  if (job) await store.metrics.addJobs(stored.name, job)
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
