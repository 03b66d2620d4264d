import type { ReleaseView, StatementVerdict } from '@gantry/core/api'
import { counted, shortSha } from '@gantry/core/words'
import { Link } from '@tanstack/react-router'
import { Panel } from '../ui/panel.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { StateChip } from '../ui/state-mark.tsx'
import { When } from '../ui/when.tsx'
import { nameOf } from '../ui/words.ts'

export const effectFaces = {
  expand: { role: 'ok', icon: 'check', word: 'expand' },
  data: { role: 'unknown', icon: 'dashed', word: 'data' },
  unknown: { role: 'warn', icon: 'triangle', word: 'unknown' },
  contract: { role: 'warn', icon: 'triangle', word: 'contract' },
} as const

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
            {' · '}
            <Link to="/releases/compare" search={{ from: comparedWith, to: release.id }} className="link">
              compare
            </Link>
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
          {migrations.map(({ version, name, effect, verdicts }) => (
            <li key={version} className="flex flex-wrap gap-x-2">
              <StateChip face={effectFaces[effect]} />
              <code className="break-all">
                {version}_{name}
              </code>
              <Verdicts verdicts={verdicts} />
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

/** What each statement does that is more than adding; what is refused comes with the form that would not be. */
export function Verdicts({ verdicts }: { verdicts: StatementVerdict[] }) {
  if (verdicts.length === 0) return null
  return (
    <ul className="w-full pl-6">
      {verdicts.map(({ line, why, isSafe, accepted, instead }) => (
        <li key={`${line} ${why}`} className={isSafe || accepted !== null ? 'text-muted' : 'text-warn'}>
          line {line}: {why}
          {accepted !== null && ` (accepted: ${accepted})`}
          {!isSafe && accepted === null && instead !== null && (
            <pre className="whitespace-pre-wrap text-12 text-muted">{instead}</pre>
          )}
        </li>
      ))}
    </ul>
  )
}
