import { counted, shortSha } from '@gantry/core'
import type { ReleaseComparison } from '@gantry/core/api'
import type { Painter } from '../terminal/paint.ts'

const filesShown = 30

export function renderComparison(comparison: ReleaseComparison, paint: Painter): string {
  const { from, to, commits, takenBack, authors, files, migrations, variables, env, dependencies } = comparison
  const part = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', paint.bold(title), ...lines.map(line => `  ${line}`)]
  const named = ({ version, name, effect }: ReleaseComparison['migrations']['added'][number]) =>
    `${version}_${name}  ${effect}`
  const more = files.length > filesShown ? [`and ${files.length - filesShown} more`] : []
  return [
    `${shortSha(to)} since ${shortSha(from)}`,
    ...part(
      counted(commits.length, 'commit'),
      commits.map(({ sha, title, author }) => `${shortSha(sha)} ${title}  ${paint.dim(author)}`),
    ),
    ...part(
      'taken back',
      takenBack.map(({ sha, title }) => `${shortSha(sha)} ${title}`),
    ),
    ...part(
      'authors',
      authors.map(each => `${each.author}  ${each.commits}`),
    ),
    ...part('migrations', migrations.added.map(named)),
    ...part('migrations it does not have', migrations.missing.map(named)),
    ...part(
      'variables',
      variables.map(({ name, file, change }) => `${name} ${change} in ${file}`),
    ),
    ...part(
      env && env.from !== env.to ? `names in ${env.to} against ${env.from}` : `started with in ${env?.to}`,
      (env?.changes ?? []).map(({ service, name, change }) => `${name} ${change}  ${paint.dim(service)}`),
    ),
    ...part(
      'dependencies',
      dependencies.map(
        ({ name, file, from: was, to: is }) => `${name} ${was ?? 'new'} → ${is ?? 'taken out'}  ${paint.dim(file)}`,
      ),
    ),
    ...part(counted(files.length, 'file'), [...files.slice(0, filesShown), ...more]),
  ].join('\n')
}
