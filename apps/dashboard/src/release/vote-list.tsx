import type { Approval, PromotionView } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import type { Face } from '../ui/state.ts'
import { StateIcon } from '../ui/state-mark.tsx'
import { When } from '../ui/when.tsx'

const counts: Face = { role: 'ok', icon: 'check', word: 'counts' }
const countsNot: Face = { role: 'unknown', icon: 'dashed', word: 'does not count' }
const refused: Face = { role: 'bad', icon: 'octagon', word: 'rejected' }

/** Who decided, until when a yes counts, and why one does not. */
export function VoteList({ approvals }: { approvals: Approval[] }) {
  if (approvals.length === 0) return null
  return (
    <ul aria-label="Decisions" className="mt-2">
      {approvals.map(vote => (
        <li key={`${vote.person} ${vote.at}`} className="flex items-start gap-2 py-0.5">
          <span className="pt-0.5">
            <StateIcon face={faceOf(vote)} />
          </span>
          <Vote vote={vote} />
        </li>
      ))}
    </ul>
  )
}

const faceOf = ({ decision, lapsed, withdrawn }: Approval): Face =>
  decision === 'rejected' ? refused : lapsed || withdrawn ? countsNot : counts

function Vote({ vote }: { vote: Approval }) {
  const { person, decision, reason, at, lapsed, withdrawn, expiresAt } = vote
  const why = lapsed ?? (withdrawn && `${person} took it back: ${withdrawn.reason}`)
  return (
    <span className={`min-w-0 break-words ${why ? 'text-muted' : ''}`}>
      <b className="font-semibold">{person}</b> {decision} it <When at={at} />: {reason}
      {why ? (
        <span> · does not count: {why}</span>
      ) : (
        expiresAt &&
        decision === 'approved' && (
          <span className="text-muted">
            {' '}
            · runs out <When at={expiresAt} />
          </span>
        )
      )}
    </span>
  )
}

/** Who may still say yes; that there are too few of them, before anybody waits for them. */
export function PossibleVoters({ promotion, given }: { promotion: PromotionView; given: number }) {
  const { possibleVoters, approvals, approvalsNeeded, approvalsBy } = promotion
  const voted = new Set(
    approvals.flatMap(vote => (vote.decision === 'approved' && !vote.lapsed && vote.personId ? [vote.personId] : [])),
  )
  const may = possibleVoters.filter(({ id, whyNot }) => whyNot === null && !voted.has(id))
  const lacking = approvalsNeeded - given - may.length
  const role = approvalsBy === 'owner' ? 'owner' : 'release manager or owner'
  if (lacking > 0)
    return (
      <p className="break-words text-warn">
        {counted(lacking, 'person', 'people')} too few: another {role} of the project has to approve it, who had no hand
        in it.
      </p>
    )
  const mayNot = possibleVoters.filter(({ whyNot }) => whyNot !== null)
  return (
    <p className="break-words">
      {may.length > 0 && <>{listed(may)} may approve it</>}
      {mayNot.length > 0 && (
        <>
          {may.length > 0 && '; '}
          {mayNot.map(({ name, whyNot }) => `${name} ${whyNot}`).join(', ')}
        </>
      )}
    </p>
  )
}

const namesShown = 4

function listed(people: PromotionView['possibleVoters']): string {
  const names = people.slice(0, namesShown).map(({ name }) => name)
  const more = people.length - names.length
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
}
