import type { Document } from '../planned-file.ts'
import type { RepositoryFacts } from '../repository.ts'

/** Every place GitHub looks for one, in whatever case. */
const places = ['', 'docs/', '.github/'].flatMap(folder =>
  ['pull_request_template.md', 'PULL_REQUEST_TEMPLATE.md', 'PULL_REQUEST_TEMPLATE'].map(name => folder + name),
)

export function pullRequestTemplate(facts: RepositoryFacts): Document {
  const existing = places.find(place => place !== '.github/pull_request_template.md' && facts.hasAtTop(place))
  if (existing !== undefined) {
    return { reason: `there is ${existing}`, remedy: 'nothing to do: GitHub shows one template only' }
  }
  return [
    '## What changes for people',
    '',
    '## Why',
    '',
    '## How it was tried',
    '',
    '- [ ] `gantry ci` passes here',
    '- [ ] A test fails without the change',
    ...(facts.migrations === undefined
      ? []
      : ['- [ ] Migrations only add, and the release that runs now works with them']),
    ...(facts.hasChangesets ? ['- [ ] There is a changeset: `pnpm changeset`'] : []),
    '- [ ] `.env.example` has every name the change reads',
    '- [ ] Docs say what is true afterwards',
    '',
  ].join('\n')
}
