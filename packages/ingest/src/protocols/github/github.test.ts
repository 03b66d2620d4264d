import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { githubJob, githubRun } from './run-facts.ts'
import { isSignedByGitHub } from './signature.ts'

describe('the signature of a webhook', () => {
  const body = Buffer.from('{"zen":"Speak like a human."}')
  const signed = (secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

  it('is the one of the example in GitHub’s documentation', () => {
    const example = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    expect(isSignedByGitHub(Buffer.from('Hello, World!'), example, "It's a Secret to Everybody")).toBe(true)
  })

  it.each([
    ['another secret', signed('other')],
    ['other bytes', signed('hook').replace(/.$/, '')],
    ['nothing', undefined],
    ['SHA-1', 'sha1=0000000000000000000000000000000000000000'],
    ['no hex', `sha256=${'z'.repeat(64)}`],
  ])('%s is refused', (_, signature) => expect(isSignedByGitHub(body, signature, 'hook')).toBe(false))

  it('without a secret nothing is believed', () => expect(isSignedByGitHub(body, signed(''), '')).toBe(false))
})

const run = {
  id: 42,
  name: 'ci',
  path: '.github/workflows/ci.yml@refs/heads/main',
  event: 'pull_request',
  run_attempt: 1,
  head_branch: 'fix',
  head_sha: 'abc',
  status: 'completed',
  conclusion: 'timed_out',
  created_at: '2026-11-01T08:00:00Z',
  run_started_at: '2026-11-01T08:00:00Z',
  updated_at: '2026-11-01T08:05:00Z',
}
const job = {
  run_id: 42,
  run_attempt: 1,
  name: 'test (api)',
  workflow_name: 'ci',
  head_branch: 'fix',
  head_sha: 'abc',
  labels: ['self-hosted', 'linux'],
  status: 'completed',
  conclusion: 'success',
  created_at: '2026-11-01T08:00:00Z',
  started_at: '2026-11-01T08:00:30Z',
  completed_at: '2026-11-01T08:02:00Z',
}

describe('what GitHub tells', () => {
  it('of a run becomes a fact; a timeout is a failure', () => {
    expect(githubRun(run)).toMatchObject({ id: '42', workflow: 'ci.yml', conclusion: 'failure', branch: 'fix' })
  })

  it('of a second attempt counts from when that one started', () => {
    const again = { ...run, run_attempt: 2, run_started_at: '2026-11-02T10:00:00+02:00' }
    expect(githubRun(again)?.createdAt).toBe('2026-11-02T08:00:00.000Z')
  })

  it('of a job keeps when it was queued', () => {
    expect(githubJob(job)?.jobs).toEqual([
      {
        name: 'test (api)',
        runner: 'self-hosted, linux',
        conclusion: 'success',
        queuedAt: '2026-11-01T08:00:00.000Z',
        startedAt: '2026-11-01T08:00:30.000Z',
        completedAt: '2026-11-01T08:02:00.000Z',
        attempt: 1,
      },
    ])
  })

  it('of a skipped job has no start', () => {
    expect(githubJob({ ...job, conclusion: 'skipped' })?.jobs[0]?.startedAt).toBeNull()
  })

  it('while it goes on is nothing', () => {
    expect(githubRun({ ...run, status: 'in_progress', conclusion: null })).toBeNull()
    expect(githubJob({ ...job, status: 'queued', conclusion: null, started_at: null, completed_at: null })).toBeNull()
  })

  it.each([null, 'x', [], {}, { ...run, created_at: 'yesterday' }, { ...run, conclusion: 'sideways' }])(
    'is refused when it is %j',
    value => expect(() => githubRun(value)).toThrow(),
  )
})
