import type { Brings, Incident, PromotionView } from '@gantry/core/api'
import { counted, refusedStatements, shortSha } from '@gantry/core/words'
import { useQueryClient } from '@tanstack/react-query'
import { acts } from '../api/acts.ts'
import { PathLink } from '../ui/path-link.tsx'
import { ReasonDialog } from '../ui/reason-dialog.tsx'
import { incidentFaces, severityFaces } from '../ui/state.ts'
import { StateIcon } from '../ui/state-mark.tsx'
import { nameOf } from '../ui/words.ts'
import { EnvToMeet } from './env-to-meet.tsx'
import { GateList } from './gate-list.tsx'

export type Verb = 'approve' | 'reject' | 'withdraw'

interface Props {
  promotion: PromotionView
  verb: Verb
  why: string | null
  onClose: () => void
}

/** What goes along and what was proved; then the decision, for the version that was looked at. */
export function DecisionDialog({ promotion, verb, why, onClose }: Props) {
  const client = useQueryClient()
  const sha = shortSha(promotion.release)
  return (
    <ReasonDialog
      isGrave={verb === 'reject'}
      title={titles[verb](sha, promotion.environment)}
      onClose={onClose}
      confirm={`${confirms[verb]} ${sha}`}
      why={why}
      act={async reason => {
        try {
          await acts.decide(promotion, verb, reason)
        } finally {
          await Promise.all(['line', 'release'].map(key => client.invalidateQueries({ queryKey: [key] })))
        }
      }}
    >
      {promotion.brings && <Brought brings={promotion.brings} environment={promotion.environment} />}
      <GateList gates={promotion.gates} />
    </ReasonDialog>
  )
}

const titles: Record<Verb, (sha: string, environment: string) => string> = {
  approve: (sha, environment) => `${sha} goes to ${environment}`,
  reject: (sha, environment) => `${sha} does not go to ${environment}`,
  withdraw: (sha, environment) => `${sha} waits for ${environment} again, without your yes`,
}
const confirms: Record<Verb, string> = { approve: 'Approve', reject: 'Reject', withdraw: 'Take back the yes to' }

/** Against what is live there now: what people decide about, and what they would walk into. */
function Brought({ brings, environment }: { brings: Brings; environment: string }) {
  const { since, commits, changes, migrations, incidents } = brings
  return (
    <>
      {incidents.length > 0 && <OpenIncidents incidents={incidents} environment={environment} />}
      <p className="font-semibold">
        {counted(commits, 'commit')}
        {since && ` since ${shortSha(since)}`},{' '}
        {migrations.length === 0 ? 'no migration' : `${counted(migrations.length, 'migration')} to apply`}
      </p>
      {migrations.length > 0 && (
        <ul aria-label="Migrations to apply">
          {migrations.map(migration => (
            <li key={migration.version} className="break-all">
              <code>
                {migration.version}_{migration.name}
              </code>{' '}
              <span className={refusedStatements(migration).length > 0 ? 'text-warn' : 'text-muted'}>
                {migration.effect}
              </span>
            </li>
          ))}
        </ul>
      )}
      <EnvToMeet env={brings.env} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard */}
      <ul className="max-h-32 overflow-y-auto" tabIndex={0} aria-label="Commits">
        {changes.map(({ sha: commit, title, author }) => (
          <li key={commit} className="truncate">
            <code className="text-muted">{shortSha(commit)}</code> {title}{' '}
            <span className="text-muted">{nameOf(author)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

function OpenIncidents({ incidents, environment }: { incidents: Incident[]; environment: string }) {
  return (
    <ul aria-label={`Open incidents in ${environment}`} className="rounded-4 bg-bad-tint p-2">
      {incidents.map(({ number, severity, state, title, acknowledgedBy }) => (
        <li key={number} className="flex flex-wrap items-center gap-x-2">
          <StateIcon face={incidentFaces[state]} />
          <PathLink path={`/incidents/${number}`}>Incident {number}</PathLink>
          <b className="font-semibold">{severityFaces[severity].word}</b>
          <span className="min-w-0 break-words">{title}</span>
          <span className="text-muted">{acknowledgedBy ? `${acknowledgedBy} is on it` : 'not acknowledged'}</span>
        </li>
      ))}
    </ul>
  )
}
