import { expect, test } from 'vitest'
import { type VoteFacts, whyNoApproval } from './promotion-rules.ts'

const unknown = { names: [], emails: [] }
const facts: VoteFacts = {
  promotion: {
    ...{ state: 'ready', gates: [], approvals: [], environment: 'production' },
    brings: { contributors: { wrote: ['Leo <leo@example.com>', 'Mia <mia@example.com>'], pushed: ['kai'] } },
  },
  release: { badBecause: null },
  person: { id: 'ana', name: 'Ana', role: 'owner', knownAs: unknown },
  hold: null,
  allowSelfApproval: false,
}
const gate = {
  gate: 'soak',
  title: 'Soak 15m on staging',
  state: 'waiting',
  detail: '11 of 15m',
  evidence: null,
} as const

test('whoever may, may', () => expect(whyNoApproval(facts)).toBeNull())

test.each([
  [
    'the author',
    { person: { id: 'leo@example.com', name: 'Leo', role: 'owner', knownAs: unknown } as const },
    /You wrote/,
  ],
  [
    'whoever wrote another commit of it',
    { person: { id: 'm', name: 'Mia', role: 'owner', knownAs: unknown } as const },
    /You wrote/,
  ],
  [
    'the author who has another e-mail by now',
    {
      person: {
        id: 'm',
        name: 'M',
        role: 'owner' as const,
        knownAs: { names: ['M'], emails: ['m@x', 'mia@example.com'] },
      },
    },
    /You wrote/,
  ],
  [
    'whoever approved it, also under another name',
    {
      promotion: {
        ...facts.promotion,
        approvals: [{ person: 'Anna', personId: 'ana', decision: 'approved' as const, reason: 'x', at: '' }],
      },
    },
    /approved it already/,
  ],
  [
    'whoever pushed it',
    { person: { id: 'kai', name: 'Kai Lund', role: 'owner', knownAs: unknown } as const },
    /You pushed/,
  ],
  [
    'a developer',
    { person: { id: 'kim', name: 'Kim', role: 'developer', knownAs: unknown } as const },
    /release manager or owner/,
  ],
  [
    'an open gate',
    { promotion: { ...facts.promotion, state: 'waiting' as const, gates: [gate] } },
    /Soak 15m.*11 of 15m/,
  ],
  ['a hold', { hold: { since: '', because: 'worse', by: 'gantry' } }, /held: worse/],
  ['a bad release', { release: { badBecause: 'worse' } }, /marked bad/],
  ['a decided one', { promotion: { ...facts.promotion, state: 'expired' as const } }, /expired/],
])('%s is told why', (_, change, words) => expect(whyNoApproval({ ...facts, ...change })).toMatch(words))

test('the author may where the environment says so', () => {
  const person = { id: 'leo@example.com', name: 'Leo', role: 'owner', knownAs: unknown } as const
  expect(whyNoApproval({ ...facts, person, allowSelfApproval: true })).toBeNull()
})
