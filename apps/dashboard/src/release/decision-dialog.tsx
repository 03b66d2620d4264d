import type { Hold, Promotion, ReleaseView } from '@gantry/core/api'
import { counted, shortSha } from '@gantry/core/words'
import { useQueryClient } from '@tanstack/react-query'
import { acts } from '../api/acts.ts'
import { ReasonDialog } from '../ui/reason-dialog.tsx'
import { nameOf } from '../ui/words.ts'
import { GateList } from './gate-list.tsx'

export type Verb = 'approve' | 'reject'

interface Props {
  release: ReleaseView
  promotion: Promotion
  hold: Hold | null
  verb: Verb
  why: string | null
  onClose: () => void
}

/** What goes along and what was proved; then the decision, for the version that was looked at. */
export function DecisionDialog({ release, promotion, verb, why, onClose }: Props) {
  const client = useQueryClient()
  const sha = shortSha(promotion.release)
  const isYes = verb === 'approve'
  return (
    <ReasonDialog
      isGrave={!isYes}
      title={isYes ? `${sha} goes to ${promotion.environment}` : `${sha} does not go to ${promotion.environment}`}
      onClose={onClose}
      confirm={isYes ? `Approve ${sha}` : `Reject ${sha}`}
      why={why}
      act={async reason => {
        try {
          await acts.decide(promotion, verb, reason)
        } finally {
          await Promise.all(['line', 'release'].map(key => client.invalidateQueries({ queryKey: [key] })))
        }
      }}
    >
      <p className="font-semibold">
        {counted(release.changes.length, 'commit')}
        {release.comparedWith && ` since ${shortSha(release.comparedWith)}`},{' '}
        {counted(release.migrations.length, 'migration')}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard */}
      <ul className="max-h-32 overflow-y-auto" tabIndex={0} aria-label="Commits">
        {release.changes.map(({ sha: commit, title, author }) => (
          <li key={commit} className="truncate">
            <code className="text-muted">{shortSha(commit)}</code> {title}{' '}
            <span className="text-muted">{nameOf(author)}</span>
          </li>
        ))}
      </ul>
      <GateList gates={promotion.gates} />
    </ReasonDialog>
  )
}
