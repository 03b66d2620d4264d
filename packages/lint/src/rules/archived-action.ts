import { defineRule } from '../rule.ts'

export const archivedAction = defineRule({
  id: 'archived-action',
  area: 'security',
  severity: 'warning',
  summary: 'An action whose repository is archived.',
  why: 'Nobody mends it any more: neither a hole nor what the next runner breaks.',
  fix: 'Use what came after it, named here.',
  bad: [
    `
- uses: actions/create-release@v1 # ✗
- uses: actions-rs/toolchain@v1 # ✗`,
  ],
  good: [
    `
- uses: softprops/action-gh-release@v2
- uses: dtolnay/rust-toolchain@stable`,
  ],
  check: file =>
    file.steps.flatMap(({ uses }) => {
      const successor = uses && successors.get(uses.repository)
      if (uses === undefined || successor === undefined) return []
      const message = `expected an action that is looked after, got "${uses.text}"`
      return [{ at: uses, message, fix: `Use ${successor}.` }]
    }),
})

const rust = 'dtolnay/rust-toolchain, and cargo in a script'
const successors = new Map([
  ['actions/create-release', '`gh release create` or softprops/action-gh-release'],
  ['actions/upload-release-asset', '`gh release upload` or softprops/action-gh-release'],
  ['actions/setup-ruby', 'ruby/setup-ruby'],
  ['actions/setup-elixir', 'erlef/setup-beam'],
  ['actions/setup-haskell', 'haskell-actions/setup'],
  ['actions-rs/toolchain', rust],
  ['actions-rs/cargo', rust],
  ['actions-rs/clippy-check', rust],
  ['actions-rs/audit-check', 'rustsec/audit-check'],
])
