import { fieldOf, type Span, textOf } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import { publishes } from '../tree/deployments.ts'
import { inputOf, type LintFile, type LintStep, stepsAfter } from '../tree/lint-file.ts'
import { isCommit, type Uses, versionNumbers } from '../tree/uses.ts'

export const cachePoisoning = defineRule({
  id: 'cache-poisoning',
  area: 'security',
  severity: 'warning',
  summary: 'A job that publishes on a release or a tag and restores a cache before.',
  why: 'Other workflows of the default branch write that cache; whoever taints one puts their code into what you publish.',
  fix: 'Publish from a clean install, without the cache.',
  bad: [
    `
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v4
        with:
          node-version: 24
          cache: pnpm # ✗
      - run: pnpm publish -r`,
    `
on: release
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-go@v5 # ✗
      - uses: astral-sh/setup-uv@v6 # ✗
        with: { version: 0.9.0 }
      - uses: Swatinem/rust-cache@v2 # ✗
      - uses: goreleaser/goreleaser-action@v6`,
  ],
  good: [
    `
on: release
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-go@v5
        with: { cache: false }
      - uses: actions/setup-go@v3
      - uses: astral-sh/setup-uv@v6
        with: { enable-cache: false }
      - run: goreleaser release`,
    `
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v4
        with: { node-version: 24 }
      - run: pnpm publish -r`,
    `
on: { push: { branches: [main] } }
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v4
        with: { node-version: 24, cache: pnpm }
      - run: pnpm publish -r`,
  ],
  check: file =>
    isReleased(file)
      ? file.steps.flatMap(step => {
          const at = cacheOf(step)
          if (at === undefined || !stepsAfter(step).some(publishes)) return []
          return [{ at, message: 'expected a job that publishes to install afresh, got one that restores a cache' }]
        })
      : [],
})

const isReleased = ({ triggers }: LintFile): boolean =>
  triggers.some(
    ({ event, value }) =>
      event === 'release' || (event === 'push' && fieldOf(value, 'tags') && !fieldOf(value, 'branches')),
  )

/** Actions that restore a cache: always, unless an input says no, or when one says yes. */
const caches: readonly { action: RegExp; unless?: string; when?: string; from?: number }[] = [
  { action: /^actions\/cache(\/restore)?$/ },
  { action: /^swatinem\/rust-cache$/ },
  { action: /^hendrikmuhs\/ccache-action$/ },
  { action: /^mozilla-actions\/sccache-action$/ },
  { action: /^determinatesystems\/magic-nix-cache-action$/ },
  { action: /^gradle\/(actions\/setup-gradle|gradle-build-action)$/, unless: 'cache-disabled' },
  // By itself since v4: https://github.com/actions/setup-go#v4
  { action: /^actions\/setup-go$/, unless: 'cache', from: 4 },
  // `auto`, which is yes on hosted machines, since v5: https://github.com/astral-sh/setup-uv
  { action: /^astral-sh\/setup-uv$/, unless: 'enable-cache', from: 5 },
  { action: /^actions\/setup-(node|python|java|dotnet|go)$|^pnpm\/action-setup$/, when: 'cache' },
  { action: /^ruby\/setup-ruby$/, when: 'bundler-cache' },
  { action: /^docker\/build-push-action$/, when: 'cache-from' },
]

function cacheOf(step: LintStep): Span | undefined {
  const { uses } = step
  if (uses === undefined) return undefined
  for (const { unless, when, from = 0 } of caches.filter(each => each.action.test(uses.action))) {
    const asked = inputOf(step, when ?? unless ?? '')?.value
    const text = textOf(asked)
    if (text.includes('${{')) continue
    if (when !== undefined && asked !== undefined && !['', 'false'].includes(text)) return asked
    const isOff = (unless === 'cache-disabled' ? ['true'] : ['false']).includes(text)
    const isOld = (versionOf(uses) ?? Number.POSITIVE_INFINITY) < from
    if (when === undefined && !isOff && !isOld) return uses
  }
  return undefined
}

/** The major version of the tag, or of the comment behind a commit. */
const versionOf = ({ ref, comment }: Uses): number | undefined =>
  versionNumbers(isCommit(ref) ? (comment.text.split(/\s/)[0] ?? '') : ref)?.[0]
