import { expect, test } from 'vitest'
import type { Deployment } from '../deployment/deployment.ts'
import type { Promotion } from '../promotion/promotion.ts'
import { deploymentComment, isToldForGood, statusOnGitHub } from './deployment-on-github.ts'
import { plainOnGitHub } from './plain-on-github.ts'
import { answerOfPromotion, dispatchJob, githubRun, isDispatched, ruleJob } from './promotion-on-github.ts'

const deployment = (state: Deployment['state'], over: Partial<Deployment> = {}) =>
  ({ state, kind: 'deploy', failure: null, requestedBy: 'Ana', ...over }) as Deployment

test.each<[string, Deployment, string, string, boolean]>([
  ['planned', deployment('planned'), 'queued', 'planned, asked for by Ana', false],
  ['on its way', deployment('deploying'), 'in_progress', 'deploying, asked for by Ana', false],
  ['live', deployment('live'), 'success', 'deployed by Ana', false],
  ['live by a rollback', deployment('live', { kind: 'rollback' }), 'success', 'rolled back to by Ana', false],
  ['failed', deployment('failed', { failure: 'api exited with 1' }), 'failure', 'api exited with 1', true],
  ['failed without a word', deployment('failed'), 'failure', 'it failed', true],
  ['rolled back', deployment('rolled-back'), 'inactive', 'rolled back', true],
  ['followed', deployment('superseded'), 'inactive', 'another release took its place', true],
])('a deployment that is %s is told as such', (_, one, state, description, forGood) => {
  expect(statusOnGitHub(one)).toEqual({ state, description })
  expect(isToldForGood(one)).toBe(forGood)
})

test('a failure is cut to what GitHub takes', () => {
  const { description } = statusOnGitHub(deployment('failed', { failure: 'x'.repeat(200) }))
  expect(description).toBe(`${'x'.repeat(139)}…`)
})

test('the comment has a row for each environment, with the address once it serves', () => {
  const row = { release: 'a'.repeat(40), page: 'https://g/r', at: '2026-11-27T12:34:56.000Z' }
  const text = deploymentComment('shop', {
    staging: { ...row, state: 'live', address: 'https://staging' },
    production: { ...row, state: 'planned', address: null },
  })
  expect(text.split('\n')).toEqual([
    '<!-- gantry:shop -->',
    '| environment | release | state | since | |',
    '|---|---|---|---|---|',
    '| production | [`aaaaaaa`](https://g/r) | planned | 2026-11-27 12:34 UTC |  |',
    '| staging | [`aaaaaaa`](https://g/r) | live | 2026-11-27 12:34 UTC | [address](https://staging) |',
    '',
  ])
})

const vote = (person: string, decision: 'approved' | 'rejected', withdrawn: object | null = null) => ({
  ...{ person, decision, withdrawn },
})
const promotion = (state: Promotion['state'], over: object = {}) =>
  ({ state, approvals: [], approvalsNeeded: 1, gates: [], ...over }) as unknown as Promotion

test.each<[string, Promotion, object]>([
  [
    'approved names who did, and none who took it back',
    promotion('approved', { approvals: [vote('Ana', 'approved'), vote('Bo', 'approved', {})] }),
    { state: 'approved', comment: 'Approved by Ana. [Gantry](page)' },
  ],
  ['done without people', promotion('done'), { state: 'approved', comment: 'Every gate is met. [Gantry](page)' }],
  [
    'rejected',
    promotion('rejected', { approvals: [vote('Bo', 'rejected')] }),
    { state: 'rejected', comment: 'Rejected by Bo. [Gantry](page)' },
  ],
  [
    'expired',
    promotion('expired'),
    { state: 'rejected', comment: 'Nobody decided in time, or a newer release took its place. [Gantry](page)' },
  ],
  [
    'waiting says for what',
    promotion('waiting', { gates: [{ state: 'unmet', title: 'Soak', detail: '5 min to go' }] }),
    { state: null, comment: 'Waits. [Gantry](page)\n- Soak: 5 min to go\n- 0 of 1 approvals' },
  ],
  [
    'waiting with its votes',
    promotion('waiting', { approvals: [vote('Ana', 'approved')], gates: [{ state: 'met', title: 'CI', detail: '' }] }),
    { state: null, comment: 'Waits. [Gantry](page)' },
  ],
])('a protection rule is answered: %s', (_, one, answer) => {
  expect(answerOfPromotion(one, 'page')).toEqual(answer)
})

test('a run is started only for what was asked for without one that waits', () => {
  expect(isDispatched({ runId: githubRun(7), jobId: dispatchJob })).toBe(true)
  expect(isDispatched({ runId: githubRun(7), jobId: ruleJob })).toBe(false)
  expect(isDispatched({ runId: 'own', jobId: dispatchJob })).toBe(false)
})

test.each([
  ['a person', '@octocat and @acme/ops', '@\u200boctocat and @\u200bacme/ops'],
  [
    'a link',
    '[log in](https://evil.example) www.evil.example',
    '\\[log in\\](https:\u200b//evil.example) www\u200b.evil.example',
  ],
  ['a picture', '![x](//evil.example/x.png)', '!\\[x\\](//evil.example/x.png)'],
  ['HTML', '<img src=x> <!-- gantry:shop -->', '\\<img src=x\\> \\<!-- gantry:shop --\\>'],
  ['an issue', 'fixes #1 and GH-2', 'fixes \\#1 and GH-\u200b2'],
  ['other lines', 'a\n\n# b\r\n- [x] c\u202e', 'a \\# b - \\[x\\] c'],
  ['words', 'run 415 passed (2 min), 5 to go', 'run 415 passed (2 min), 5 to go'],
])('what somebody wrote makes nothing of %s', (_, text, shown) => {
  expect(plainOnGitHub(text)).toBe(shown)
})

test('titles of errors and names of people are only words in the answer of a rule', () => {
  const gates = [{ state: 'unmet', title: 'No new issues', detail: '1 new: @octocat [x](https://evil.example)\n# y' }]
  const { comment } = answerOfPromotion(promotion('waiting', { gates }), 'page')
  const lines = comment.split('\n')
  expect([lines.length, lines[1]]).toEqual([3, expect.not.stringMatching(/@octocat|[^\\]\]\(|:\/\//)])
  const named = promotion('approved', { approvals: [vote('Ana](x) @all', 'approved')] })
  expect(answerOfPromotion(named, 'page').comment).toBe('Approved by Ana\\](x) @\u200ball. [Gantry](page)')
})
