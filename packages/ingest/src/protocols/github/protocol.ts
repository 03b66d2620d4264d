import { createHash } from 'node:crypto'
import { GantryError, type GitHubDelivery, type IntakeItem } from '@gantry/core'
import * as z from 'zod'
import { type Asked, defineProtocol } from '../define-protocol.ts'
import { isAskedFor, readGitHubEvent, repositoryOf } from './read-event.ts'
import { githubJob, githubRun } from './run-facts.ts'
import { github } from './settings.ts'
import { isSignedByGitHub } from './signature.ts'

/** GitHub sends no more than 25 MB. */
const mostBytes = 25 * 1024 * 1024

/**
 * POST /webhooks/github/<project>. Answered when it is kept; the same delivery again changes nothing. Other events are counted
 * and change nothing, so that a hook may send everything.
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
  limits: () => ({ compressedBytes: mostBytes, bytes: mostBytes }),
  read: (bytes, { headers }) => ({
    key: null,
    items: ({ receivedAt }) => ({ items: itemsOf(bytes, headers, receivedAt), id: null }),
  }),
  answer: (_id, outcomes) => ({
    status: 202,
    headers: {},
    body: { recorded: outcomes.some(({ outcome }) => outcome === 'taken') },
  }),
  refuse: null,
  cors: null,
})

const longestId = 100

/** Facts of runs and jobs for the figures, and what Gantry acts upon. */
function itemsOf(bytes: Buffer, headers: Asked['headers'], receivedAt: string): IntakeItem[] {
  const name = textOf(headers['x-github-event'])
  if (!isAskedFor(name) && name !== 'workflow_job') return [notAskedFor('other')]
  const digest = createHash('sha256').update(`${name}\n`).update(bytes).digest('hex')
  try {
    const payload = z.looseObject({}).parse(JSON.parse(bytes.toString('utf8')))
    const event = readGitHubEvent(name, payload)
    const facts = figuresOf(name, payload)
    if (event === null) return facts.length > 0 ? facts : [notAskedFor(name)]
    const id = textOf(headers['x-github-delivery']).slice(0, longestId) || digest
    const fact: GitHubDelivery = { id, digest, ...repositoryOf(payload), receivedAt, event }
    return [...facts, { sink: 'github', category: 'event', fact }]
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).slice(0, 500) : 'no JSON'
    throw new GantryError('BAD_REQUEST', `${name}: expected what GitHub sends: ${why}`, {}, { cause })
  }
}

/** What goes on is told again when it ended. */
function figuresOf(name: string, payload: Record<string, unknown>): IntakeItem[] {
  if (name === 'workflow_run') {
    const fact = githubRun(payload['workflow_run'])
    return fact ? [{ sink: 'runs', category: name, fact }] : []
  }
  if (name !== 'workflow_job') return []
  const fact = githubJob(payload['workflow_job'])
  return [fact ? { sink: 'jobs', category: name, fact } : notAskedFor(name)]
}

const textOf = (header: string | string[] | undefined): string => (typeof header === 'string' ? header : '')

const notAskedFor = (category: string): IntakeItem => ({ sink: null, category, quantity: 1, reason: 'not-asked-for' })
