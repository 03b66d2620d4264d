import type { Document } from '../planned-file.ts'
import type { RepositoryFacts } from '../repository.ts'

const begin = '<!-- gantry:badges -->'
const end = '<!-- /gantry:badges -->'

/** One badge for each workflow file; they need an address on GitHub and a README to stand in. */
export function badges({ github, textAtTop, defaultBranch }: RepositoryFacts): Document {
  if (github === undefined) {
    return { reason: 'the remote is not on GitHub', remedy: 'add the remote `origin` and run `gantry init` again' }
  }
  if (textAtTop('README.md') === undefined) {
    return { reason: 'there is no README.md', remedy: 'write one and run `gantry init` again' }
  }
  const badge = (name: string) => {
    const file = `https://github.com/${github}/actions/workflows/${name}.yml`
    return `[![${name}](${file}/badge.svg?branch=${encodeURIComponent(defaultBranch)})](${file})`
  }
  return [begin, '', badge('ci'), badge('deploy'), '', end].join('\n')
}

/** The block where it was before, else below the first heading, else on top. */
export function withBadges(readme: string, block: string): string {
  const from = readme.indexOf(begin)
  const to = readme.indexOf(end)
  if (from !== -1 && to > from) return readme.slice(0, from) + block + readme.slice(to + end.length)
  const heading = /^#\s.*\n/m.exec(readme)
  if (heading === null) return `${block}\n\n${readme}`
  const at = heading.index + heading[0].length
  return `${readme.slice(0, at)}\n${block}\n${readme.slice(at)}`
}
