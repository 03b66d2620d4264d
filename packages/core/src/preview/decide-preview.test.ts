import { describe, expect, it, test } from 'vitest'
import { decidePreview, type PreviewFacts, whyRemoved } from './decide-preview.ts'
import type { Preview } from './preview.ts'
import type { PullRequest } from './pull-request.ts'

const sha = 'a'.repeat(40)
const now = '2026-11-28T08:00:00.000Z'
const settings = { most: 2, idle: '1d', expires: '7d' }
const pull: PullRequest = {
  ...{ number: 12, title: 'A menu', branch: 'menu', author: 'leo', sha, state: 'open', isFork: false, page: null },
}
const preview = (number: number, more: Partial<Preview> = {}): Preview => ({
  ...{ project: 'shop', number, environment: `pr-${number}`, title: 't', branch: 'b', author: 'a', page: null, sha },
  ...{
    state: 'ready',
    deployment: null,
    left: [],
    because: null,
    createdAt: now,
    deployedAt: now,
    endedAt: null,
    version: 1,
  },
  expiresAt: '2026-12-05T08:00:00.000Z',
  ...more,
})
const facts = (more: Partial<PreviewFacts> = {}): PreviewFacts => ({
  ...{ settings, pull, sha, checks: null, cannot: [], all: [], now },
  ...more,
})
const checks = (isOver: boolean, isGreen: boolean, said: string) => ({ workflow: 'ci.yml', isOver, isGreen, said })

describe('a pull request', () => {
  it('gets a preview when it is open, of the repository itself, green, and there is room', () => {
    expect(decidePreview(12, facts({ checks: checks(true, true, 'success') }))).toEqual({ kind: 'make', instead: null })
  })

  it('waits for checks that have not ended', () => {
    expect(decidePreview(12, facts({ checks: checks(false, false, 'in_progress') }))).toEqual({
      kind: 'wait',
      because: 'ci.yml is in progress for aaaaaaa',
    })
  })

  it.each<[string, Partial<PreviewFacts>]>([
    ['there is no pull request 12', { pull: null }],
    ['it is closed', { pull: { ...pull, state: 'closed' } }],
    ['it is merged', { pull: { ...pull, state: 'merged' } }],
    ['its branch is in another repository', { pull: { ...pull, isFork: true, state: 'closed' } }],
    ['aaaaaaa is not its newest commit, bbbbbbb is', { pull: { ...pull, sha: 'b'.repeat(40) } }],
    ['api can have no preview: command holds none', { cannot: [{ service: 'api', why: 'command holds none' }] }],
    ['ci.yml ended with failure for aaaaaaa', { checks: checks(true, false, 'failure') }],
  ])('gets none where %s', (because, more) => {
    expect(decidePreview(12, facts(more))).toEqual({ kind: 'refuse', because: expect.stringContaining(because) })
  })
})

describe('when all places are taken', () => {
  const idleSince = (at: string) => ({ deployedAt: at })

  it('the one that got no commit for longest makes room', () => {
    const all = [preview(1, idleSince('2026-11-27T08:00:00.000Z')), preview(2, idleSince('2026-11-25T08:00:00.000Z'))]
    expect(decidePreview(12, facts({ all }))).toMatchObject({ kind: 'make', instead: { number: 2 } })
  })

  it('one that somebody works on, or that is being made, is left alone, and the new one is refused by name', () => {
    const all = [
      preview(1, idleSince('2026-11-27T08:00:00.001Z')),
      preview(2, { ...idleSince('2026-11-01T08:00:00.000Z'), state: 'making' }),
    ]
    expect(decidePreview(12, facts({ all }))).toEqual({
      kind: 'refuse',
      because: expect.stringMatching(/^2 previews are there \(#1, #2\), none of them idle for 1d: .*previews\.most/),
    })
    expect(decidePreview(12, facts({ all: [preview(1)], settings: { ...settings, most: 1 } }))).toMatchObject({
      because: expect.stringMatching(/^1 preview is there \(#1\)/),
    })
  })

  it('its own place, one that is going, and one that nothing was made of take none; one that failed to turn live does', () => {
    const all = [preview(1), preview(12), preview(3, { state: 'removing' }), preview(4, { state: 'refused' })]
    all.push(preview(5, { state: 'failed' }), preview(6, { state: 'failed', because: 'nobody began it' }))
    expect(decidePreview(12, facts({ all }))).toEqual({ kind: 'make', instead: null })
    const failed = preview(5, { state: 'failed', deployment: 'd1' })
    const left = preview(6, { state: 'failed', left: ['r1'] })
    expect(decidePreview(12, facts({ all: [failed, left] }))).toMatchObject({ kind: 'refuse' })
  })
})

test('a preview stays while its request is open and it got a commit lately', () => {
  expect(whyRemoved(preview(1), pull, now)).toBeNull()
  expect(whyRemoved(preview(1, { expiresAt: now }), pull, now)).toBe('it expired')
  expect(whyRemoved(preview(1), { ...pull, state: 'merged' }, now)).toBe('its pull request is merged')
  expect(whyRemoved(preview(1), null, now)).toBe('its pull request is gone')
})

test('one of GitHub that cannot be seen any more stays until it expires, and is not taken for another one of that number', () => {
  const ofGitHub = preview(1, { page: 'https://github.com/acme/shop/pull/1' })
  expect(whyRemoved(ofGitHub, null, now)).toBeNull()
  expect(whyRemoved(ofGitHub, { ...pull, state: 'merged' }, now)).toBeNull()
  expect(whyRemoved(ofGitHub, { state: 'merged', page: 'https://github.com/acme/other/pull/1' }, now)).toBeNull()
  expect(whyRemoved({ ...ofGitHub, expiresAt: now }, null, now)).toBe('it expired')
  expect(whyRemoved(ofGitHub, { state: 'closed', page: ofGitHub.page }, now)).toBe('its pull request is closed')
  expect(whyRemoved(preview(1), { state: 'open', page: ofGitHub.page }, now)).toBe('its pull request is gone')
})
