import { GantryError, type IntakeItem } from '@gantry/core'
import * as z from 'zod'
import { defineProtocol } from '../define-protocol.ts'
import { githubJob, githubRun } from './run-facts.ts'
import { github } from './settings.ts'
import { isSignedByGitHub } from './signature.ts'

/** GitHub sends no more than 25 MB. */
const mostBytes = 25 * 1024 * 1024

/**
 * POST /webhooks/github/<project>. The same delivery again changes nothing. Other events are counted and change nothing, so
 * that a hook may send everything.
 */
export const protocol = defineProtocol(github, {
  paths: ['/webhooks/github/:project'],
  auth: {
    by: 'webhook signature',
    secretEnv: 'GITHUB_WEBHOOK_SECRET',
    projectIn: ({ params }) => params['project'] ?? '',
    isSigned(bytes, { headers }, secret) {
      const signature = headers['x-hub-signature-256']
      return isSignedByGitHub(bytes, typeof signature === 'string' ? signature : undefined, secret)
    },
  },
  limits: { compressedBytes: mostBytes, bytes: mostBytes },
  read: (bytes, { headers }) => ({
    key: null,
    items: () => ({ items: itemsOf(bytes, String(headers['x-github-event'])), id: null }),
  }),
  answer: (_id, outcomes) => ({
    status: 202,
    headers: {},
    body: { recorded: outcomes.some(({ outcome }) => outcome === 'taken') },
  }),
  refuse: null,
  cors: null,
})

const events: readonly string[] = ['workflow_run', 'workflow_job']

function itemsOf(bytes: Buffer, event: string): IntakeItem[] {
  if (!events.includes(event)) return [notAskedFor('other')]
  try {
    const payload = z.looseObject({}).parse(JSON.parse(bytes.toString('utf8')))
    const isRun = event === 'workflow_run'
    const fact = isRun ? githubRun(payload['workflow_run']) : githubJob(payload['workflow_job'])
    // What goes on is told again when it ended.
    return [fact ? { sink: isRun ? 'runs' : 'jobs', category: event, fact } : notAskedFor(event)]
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).slice(0, 500) : 'no JSON'
    throw new GantryError('BAD_REQUEST', `${event}: expected what GitHub sends: ${why}`, {}, { cause })
  }
}

const notAskedFor = (category: string): IntakeItem => ({ sink: null, category, quantity: 1, reason: 'not-asked-for' })
