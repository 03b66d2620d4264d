import { describe, expect, it } from 'vitest'
import { painter } from '../terminal/paint.ts'
import * as sample from '../testing/samples.ts'
import { localEvent } from './event.ts'
import { type GitFacts, repositoryName } from './git-facts.ts'
import { plainProgress, readable } from './plain-progress.ts'
import { afterEvent } from './progress.ts'
import { treeLines } from './tree-progress.ts'

const git: GitFacts = {
  top: '/repo',
  sha: sample.sha,
  branch: 'shorter-slugs',
  baseBranch: 'main',
  title: 'Shorten slugs',
  actor: 'Ada',
  remote: '',
  repository: 'acme/site',
}
const plain = painter({ isTty: false }, {})

describe('the event', () => {
  it('of a pull request names both branches', () => {
    const { ref, payload } = localEvent('pull_request', git)
    expect(ref).toBe('refs/pull/1/merge')
    expect(payload).toMatchObject({
      pull_request: { head: { ref: 'shorter-slugs', sha: sample.sha }, base: { ref: 'main' } },
    })
  })

  it('of a push carries the commit, and what a person laid over it', () => {
    const { ref, payload } = localEvent('push', git, { payload: { ref: 'refs/heads/main', forced: true } })
    expect(ref).toBe('refs/heads/main')
    expect(payload).toMatchObject({ after: sample.sha, forced: true, sender: { login: 'Ada' } })
  })

  it('of a manual run carries the inputs; others are bare', () => {
    expect(localEvent('workflow_dispatch', git, { inputs: { a: '1' } }).payload).toMatchObject({ inputs: { a: '1' } })
    expect(localEvent('schedule', git)).toEqual({
      name: 'schedule',
      ref: 'refs/heads/shorter-slugs',
      payload: { sender: { login: 'Ada' } },
    })
  })
})

it('names the repository after its remote, else after its folder', () => {
  expect(repositoryName('git@github.com:acme/site.git', '/x')).toBe('acme/site')
  expect(repositoryName('https://github.com/acme/site', '/x')).toBe('acme/site')
  expect(repositoryName('', '/home/ada/site')).toBe('local/site')
})

describe('lines of a log', () => {
  it('fold the head of a step into its first line', () => {
    const said = [
      '##[group]Run pnpm test',
      'pnpm test',
      'shell: bash',
      '##[endgroup]',
      'ok',
      '##[error]no',
      '##[group]more',
    ]
    let isHead = false
    const lines = said.flatMap(text => {
      const line = readable(text, { isHead })
      isHead = line.isHead
      return line.text === null ? [] : [line.text]
    })
    expect(lines).toEqual(['▸ pnpm test', 'ok', 'error: no', '▾ more'])
  })

  it('show what ends a job that never ran', () => {
    const written: string[] = []
    const [job] = sample.run.jobs
    if (!job) throw new Error('the sample has a job')
    const planned = { ...sample.run, jobs: [{ ...job, status: 'queued' as const }] }
    const progress = plainProgress(
      planned,
      { write: text => written.push(text), isTty: false, columns: 80 },
      plain,
      sample.now,
    )
    const annotations = [{ level: 'failure' as const, message: 'the matrix is none' }]
    progress.hear({ kind: 'job', runId: 'run-1', job: { ...job, annotations } })
    progress.hear({
      kind: 'log',
      runId: 'run-1',
      jobId: 'gone',
      lines: [{ seq: 1, step: 1, at: sample.at, text: 'x' }],
    })
    progress.end(planned)
    expect(written.join('')).toBe(
      'check (front-end) | failure in 1 min 00 s\ncheck (front-end) | failure: the matrix is none\ngone | x\n',
    )
  })
})

it('shows jobs behind those they need, with the step they are at', () => {
  const [check, gate] = sample.run.jobs
  if (!check || !gate) throw new Error('the sample has two jobs')
  const { conclusion: _c, completedAt: _a, ...open } = check
  const running = {
    ...open,
    status: 'in_progress' as const,
    steps: [{ number: 1, name: 'Install packages', status: 'in_progress' as const }],
  }
  const { conclusion: _g, ...free } = gate
  const waiting = { ...free, status: 'waiting' as const, environment: 'production' }
  const run = { ...sample.run, jobs: [running, waiting] }
  expect(treeLines(run, plain, sample.now(), 80)).toEqual([
    '● check (front-end)  5 min 00 s  Install packages',
    '  ○ gate  waits for approval: production',
  ])
  expect(treeLines(run, plain, sample.now(), 20)[0]).toBe('● check (front-end…')
})

it('adds a job that an event brings for the first time', () => {
  const [job] = sample.run.jobs
  if (!job) throw new Error('the sample has a job')
  const more = afterEvent(sample.run, { kind: 'job', runId: 'run-1', job: { ...job, id: 'new' } })
  expect(more.jobs.map(({ id }) => id)).toEqual(['check (front-end)', 'gate', 'new'])
})
