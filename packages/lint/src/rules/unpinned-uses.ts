import { pinFor } from '../pins.ts'
import { defineRule } from '../rule.ts'
import { isTrusted } from '../settings.ts'
import { isCommit, type Uses } from '../tree/uses.ts'

export const unpinnedUses = defineRule({
  id: 'unpinned-uses',
  area: 'security',
  severity: 'warning',
  summary: 'An action, a reusable workflow or an image that is not pinned by commit or digest.',
  why: 'A tag can be moved: whoever takes over the action runs their code in your next build, with your secrets.',
  fix: 'Pin the commit and keep the version as a comment; Dependabot and Renovate update both.',
  bad: [
    `
- uses: actions/checkout@v4 # ✗
- uses: acme/deploy@main # ✗
- uses: docker://alpine:3.20 # ✗`,
    `
jobs:
  shared:
    uses: acme/workflows/.github/workflows/test.yml@v2 # ✗`,
  ],
  good: [
    `
- uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
- uses: ./.github/actions/set-up
- uses: docker://alpine@sha256:beefdbd8a1da6d2915566fde36db9db0b524eb737fc57cd1367effd16dc0d06d`,
  ],
  check: file =>
    [...file.steps, ...file.jobs].flatMap(({ uses }) => {
      if (uses === undefined || isPinned(uses) || isTrusted(file.repository.settings, uses.repository)) return []
      const pin = pinFor(uses, file.repository.pins)
      return [
        {
          at: uses,
          message: `expected ${uses.kind === 'docker' ? 'an image pinned by digest' : 'an action pinned by commit'}, got "${uses.text}"`,
          ...(pin && { fix: `Write ${pin.edit.text}.`, edits: [pin.edit], isPinOfMovingTag: pin.isMoving }),
        },
      ]
    }),
})

function isPinned({ kind, text, ref }: Uses): boolean {
  // An expression or nothing at all: the reader speaks of it.
  if (kind === 'local' || text === '' || text.includes('${{')) return true
  return kind === 'docker' ? /@sha256:[0-9a-f]{64}$/.test(text) : ref === '' || isCommit(ref)
}
