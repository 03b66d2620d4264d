import { didYouMean } from '@gantry/core/words'
import { fieldsOf, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'

export const misspeltActionInput = defineRule({
  id: 'misspelt-action-input',
  area: 'correctness',
  severity: 'error',
  summary: 'A misspelt input of an action everybody uses.',
  why: 'The action takes its default, and the only sign is a warning in the log: no cache, one commit of history.',
  fix: 'Write the input as the action does.',
  bad: [
    `
- uses: actions/checkout@v4
  with:
    fetch_depth: 0 # ✗
- uses: actions/setup-node@v4
  with:
    node-versoin: 24 # ✗`,
  ],
  good: [
    `
- uses: actions/checkout@v4
  with:
    Fetch-Depth: 0
    something-new: true
- uses: acme/checkout@v4
  with:
    fetch_depth: 0`,
  ],
  check: file =>
    file.steps.flatMap(({ uses, value }) => {
      const known = Object.hasOwn(inputs, uses?.action ?? '') ? (inputs[uses?.action ?? ''] ?? []) : []
      return fieldsOf(valueAt(value, 'with')).flatMap(({ key, at }) => {
        const meant = known.includes(key.toLowerCase()) ? undefined : meantBy(key, known)
        if (meant === undefined) return []
        const message = `expected an input of ${uses?.action}, got "${key}"; did you mean "${meant}"?`
        return [{ at, message }]
      })
    }),
})

/** New inputs come; only a near miss of a long known one is wrong for certain. */
function meantBy(key: string, known: readonly string[]): string | undefined {
  const same = known.find(name => plain(name) === plain(key))
  if (same !== undefined) return same
  const [, near] = /"(.*)"/.exec(didYouMean(key, known)) ?? []
  const isClose = near !== undefined && near.length >= 8 && Math.abs(near.length - key.length) <= 1
  return isClose && sorted(near) === sorted(key) ? near : undefined
}

const plain = (name: string): string => name.toLowerCase().replace(/[-_ ]/g, '')
/** The same letters in another order: what fingers do. */
const sorted = (name: string): string => [...plain(name)].toSorted().join('')

const inputs: Record<string, readonly string[]> = {
  'actions/checkout':
    'repository ref token ssh-key ssh-known-hosts ssh-strict ssh-user persist-credentials path clean filter sparse-checkout sparse-checkout-cone-mode fetch-depth fetch-tags show-progress lfs submodules set-safe-directory github-server-url'.split(
      ' ',
    ),
  'actions/setup-node':
    'always-auth node-version node-version-file architecture check-latest registry-url scope token cache package-manager-cache cache-dependency-path mirror mirror-token'.split(
      ' ',
    ),
  'actions/cache': 'path key restore-keys upload-chunk-size enablecrossosarchive fail-on-cache-miss lookup-only'.split(
    ' ',
  ),
  'actions/upload-artifact':
    'name path if-no-files-found retention-days compression-level overwrite include-hidden-files'.split(' '),
  'actions/download-artifact': 'name artifact-ids path pattern merge-multiple github-token repository run-id'.split(
    ' ',
  ),
  'pnpm/action-setup': 'version dest run_install cache cache_dependency_path package_json_file standalone'.split(' '),
}
