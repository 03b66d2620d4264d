import { compareVersions } from '../pins.ts'
import { defineRule } from '../rule.ts'
import { versionNumbers } from '../tree/uses.ts'

export const knownVulnerableAction = defineRule({
  id: 'known-vulnerable-action',
  area: 'security',
  severity: 'error',
  summary: 'An action at a version with a published hole, or at a commit that was malicious.',
  why: 'How to use the hole is public.',
  fix: 'Use the version named here or a newer one, pinned by commit.',
  bad: [
    `
- uses: tj-actions/changed-files@v45.0.7 # ✗
- uses: tj-actions/changed-files@0e58ed8671d6b60d0890c21b07f8835ace038e67 # ✗
- uses: actions/download-artifact@v4.1.2 # ✗`,
  ],
  good: [
    `
- uses: tj-actions/changed-files@v45.0.9
- uses: actions/download-artifact@v4`,
  ],
  check: file =>
    file.steps.flatMap(({ uses }) =>
      advisories.flatMap(({ action, id, first, last, mended, commits = [] }) => {
        if (uses?.repository !== action) return []
        // `v4` moves on to the newest v4; only whole versions stay what they were.
        const version = versionNumbers(uses.ref)
        const isWhole = version?.length === 3
        const isHit = isWhole && compareVersions(version, first) >= 0 && compareVersions(version, last) <= 0
        if (!isHit && !commits.includes(uses.ref)) return []
        return [{ at: uses, message: `expected v${mended} or newer, got "${uses.text}" (${id})` }]
      }),
    ),
})

interface Advisory {
  action: string
  id: string
  /** Versions with the hole, both included. */
  first: number[]
  last: number[]
  mended: string
  commits?: string[]
}

/** https://github.com/advisories, those of which number and versions are certain. */
const advisories: Advisory[] = [
  {
    action: 'tj-actions/changed-files',
    id: 'CVE-2025-30066',
    first: [0],
    last: [45, 0, 7],
    mended: '46.0.1',
    commits: ['0e58ed8671d6b60d0890c21b07f8835ace038e67'],
  },
  { action: 'actions/download-artifact', id: 'CVE-2024-42471', first: [4], last: [4, 1, 2], mended: '4.1.3' },
]
