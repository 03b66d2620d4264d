import type { ReleaseComparison } from '@gantry/core/api'
import { counted, shortSha } from '@gantry/core/words'
import { Panel } from '../ui/panel.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { StateChip } from '../ui/state-mark.tsx'
import { When } from '../ui/when.tsx'
import { nameOf } from '../ui/words.ts'
import { effectFaces, Verdicts } from './changes.tsx'

interface Props {
  comparison: ReleaseComparison
}

export function ComparedCommits({ comparison: { commits, authors, from } }: Props) {
  return (
    <Panel
      title={counted(commits.length, 'commit')}
      aside={
        <span className="text-muted">
          since <ReleaseLink id={from} />
        </span>
      }
    >
      {commits.length === 0 && <p className="text-muted">It has no commit that the other has not.</p>}
      <ul className="space-y-1">
        {commits.map(({ sha, title, author, at }) => (
          <li key={sha} className="flex flex-wrap gap-x-2">
            <code className="text-muted">{shortSha(sha)}</code>
            <span className="min-w-0 flex-1 basis-40 break-words">{title}</span>
            <span className="text-muted">
              {nameOf(author)} <When at={at} />
            </span>
          </li>
        ))}
      </ul>
      {authors.length > 0 && (
        <>
          <h3 className="mt-3 font-semibold">{counted(authors.length, 'person', 'people')}</h3>
          <ul className="flex flex-wrap gap-x-4">
            {authors.map(({ author, commits: count }) => (
              <li key={author}>
                {nameOf(author)} <span className="text-muted">{counted(count, 'commit')}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  )
}

export function ComparedMigrations({ comparison: { migrations } }: Props) {
  const { added, missing } = migrations
  return (
    <Panel title="Migrations">
      {added.length + missing.length === 0 && <p className="text-muted">None: the schema stays as it is.</p>}
      <Migrations list={added} />
      {missing.length > 0 && (
        <>
          <h3 className="mt-2 font-semibold text-warn">It does not have</h3>
          <Migrations list={missing} />
        </>
      )}
    </Panel>
  )
}

const Migrations = ({ list }: { list: ReleaseComparison['migrations']['added'] }) => (
  <ul className="space-y-1">
    {list.map(({ version, name, effect, verdicts }) => (
      <li key={version} className="flex flex-wrap gap-x-2">
        <StateChip face={effectFaces[effect]} />
        <code className="min-w-0 break-all">
          {version}_{name}
        </code>
        <Verdicts verdicts={verdicts} />
      </li>
    ))}
  </ul>
)

/** What was read of .env.example, and what services were really started with. */
export function ComparedVariables({ comparison: { variables, env } }: Props) {
  return (
    <Panel title="Variables">
      <h3 className="font-semibold">In .env.example</h3>
      {variables.length === 0 && <p className="text-muted">No name came or went.</p>}
      <ul>
        {variables.map(({ file, name, change }) => (
          <li key={`${file} ${name}`} className="break-words">
            <code>{name}</code> {change} <span className="text-muted">in {file}</span>
          </li>
        ))}
      </ul>
      <h3 className="mt-2 font-semibold">{startedWith(env)}</h3>
      {env === null && (
        <p className="text-muted">
          Nobody noted what one of the two was started with: it is noted when a release goes live.
        </p>
      )}
      {env?.changes.length === 0 && <p className="text-muted">No difference.</p>}
      <ul>
        {env?.changes.map(({ service, name, change }) => (
          <li key={`${service} ${name}`} className="break-words">
            <code>{name}</code> {change} <span className="text-muted">for {service}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function startedWith(env: ReleaseComparison['env']): string {
  if (env === null) return 'Started with'
  return env.from === env.to ? `Started with in ${env.to}` : `Names in ${env.to}, against ${env.from}`
}

export function ComparedDependencies({ comparison: { dependencies } }: Props) {
  return (
    <Panel title="Dependencies">
      {dependencies.length === 0 && <p className="text-muted">None changed.</p>}
      <ul>
        {dependencies.map(({ file, name, from, to }) => (
          <li key={`${file} ${name}`} className="break-words">
            <code>{name}</code> {from ?? 'new'} → {to ?? 'taken out'} <span className="text-muted">{file}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

export function ComparedFiles({ comparison: { files } }: Props) {
  return (
    <Panel title={counted(files.length, 'file')}>
      {files.length === 0 && <p className="text-muted">No file is another.</p>}
      <ul className="gap-x-6 lg:columns-2">
        {files.map(file => (
          <li key={file} className="break-all">
            <code>{file}</code>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
