import type { ReleaseView } from '@gantry/core/api'
import { counted, shortSha } from '@gantry/core/words'
import { Panel } from '../ui/panel.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { StateChip } from '../ui/state-mark.tsx'
import { When } from '../ui/when.tsx'
import { nameOf } from '../ui/words.ts'

const expand = { role: 'ok', icon: 'check', word: 'expand' } as const
const contract = { role: 'warn', icon: 'triangle', word: 'contract' } as const

/** What this release brings: commits since the compared one, migrations, artifacts by digest. */
export function Changes({ release }: { release: ReleaseView }) {
  const { changes, comparedWith, migrations, artifacts } = release
  return (
    <Panel
      title={counted(changes.length, 'commit')}
      aside={
        comparedWith && (
          <span className="text-muted">
            since <ReleaseLink id={comparedWith} />
          </span>
        )
      }
    >
      <ul className="space-y-1">
        {changes.map(change => (
          <li key={change.sha} className="flex gap-2">
            <code className="text-muted">{shortSha(change.sha)}</code>
            <span className="min-w-0 flex-1 break-words">{change.title}</span>
            <span className="whitespace-nowrap text-muted">
              {nameOf(change.author)} <When at={change.at} />
            </span>
          </li>
        ))}
      </ul>
      <details className="mt-3">
        <summary className="row cursor-pointer font-semibold leading-8">
          {counted(migrations.length, 'migration')} in the release
        </summary>
        <ul className="space-y-1">
          {migrations.map(({ version, name, effect, takesAway }) => (
            <li key={version} className="flex flex-wrap gap-x-2">
              <StateChip face={effect === 'expand' ? expand : contract} />
              <code className="break-all">
                {version}_{name}
              </code>
              {takesAway.length > 0 && <span className="text-warn">{takesAway.join('; ')}</span>}
            </li>
          ))}
        </ul>
      </details>
      <details>
        <summary className="row cursor-pointer font-semibold leading-8">
          {counted(artifacts.length, 'artifact')}
        </summary>
        <ul>
          {artifacts.map(({ service, digest, bytes }) => (
            <li key={service} className="flex flex-wrap gap-x-2">
              <span>{service}</span>
              <code className="break-all text-muted">{digest}</code>
              <span className="text-muted">{(bytes / 1024).toFixed(0)} KB</span>
            </li>
          ))}
        </ul>
      </details>
    </Panel>
  )
}
