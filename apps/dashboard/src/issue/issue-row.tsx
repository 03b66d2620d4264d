import type { Issue } from '@gantry/core/api'
import { counted, phaseOf, shortSha } from '@gantry/core/words'
import { Link } from '@tanstack/react-router'
import { useTold } from '../ui/now.ts'
import { issueFaces, issueMarks } from '../ui/state.ts'
import { StateChip, StateMark } from '../ui/state-mark.tsx'
import { When } from '../ui/when.tsx'

interface Props {
  issue: Issue
  tabIndex: number
  isChosen: boolean
  isGoingUp: boolean
  /** `isRange`: all from the one chosen before. */
  onChoose: (isRange: boolean) => void
}

/** One issue of the list: whether it is new, back or on the rise, how often, by whom, and since when. */
export function IssueRow({ issue, tabIndex, isChosen, isGoingUp, onChoose }: Props) {
  return (
    <div className={`flex h-full items-center gap-3 pr-3 ${isChosen ? 'bg-waiting-tint' : ''}`}>
      <label className="flex h-full items-center justify-center pl-3 pointer-coarse:min-w-11">
        <input
          type="checkbox"
          aria-label={`Choose issue ${issue.number}, ${issue.title}`}
          tabIndex={tabIndex}
          checked={isChosen}
          // The range is asked for by a key held down, which only the click tells of.
          onClick={event => onChoose(event.shiftKey)}
          onChange={() => undefined}
        />
      </label>
      <StateMark face={issueFaces[issue.state]} quiet />
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <Link
            to="/issues/$issue"
            params={{ issue: String(issue.number) }}
            tabIndex={tabIndex}
            data-row
            className="link block min-w-0 truncate font-semibold"
          >
            {issue.title}
          </Link>
          <Marks issue={issue} isGoingUp={isGoingUp} />
        </div>
        <p className="truncate text-muted">
          #{issue.number} ·{' '}
          <span className="md:hidden">
            {counted(issue.events, 'event')} · {counted(issue.people, 'person', 'people')} ·{' '}
          </span>
          {issue.culprit ?? 'no place blamed'}
          {issue.service && ` · ${issue.service}`} · {issue.environments.join(', ')}
          {issue.assignee && ` · ${issue.assignee.name}`}
          {issue.imported.length > 0 && ' · imported'}
        </p>
        <p className="truncate text-muted md:hidden">
          first <When at={issue.firstSeen} tabIndex={-1} /> · last <When at={issue.lastSeen} tabIndex={-1} />
        </p>
      </div>
      {issue.firstRelease && <code className="text-muted max-lg:hidden">since {shortSha(issue.firstRelease)}</code>}
      <span className="w-24 text-right max-md:hidden">{counted(issue.events, 'event')}</span>
      <span className="w-20 text-right text-muted max-md:hidden">{counted(issue.people, 'person', 'people')}</span>
      <span className="w-32 whitespace-nowrap text-right text-muted max-md:hidden">
        first <When at={issue.firstSeen} tabIndex={-1} />
      </span>
      <span className="w-28 whitespace-nowrap text-right text-muted max-md:hidden">
        last <When at={issue.lastSeen} tabIndex={-1} />
      </span>
    </div>
  )
}

function Marks({ issue, isGoingUp }: Pick<Props, 'issue' | 'isGoingUp'>) {
  const phase = useTold(issue.firstSeen, now => phaseOf(issue, new Date(now).toISOString()) ?? '')
  return (
    <span className="flex shrink-0 gap-1">
      {phase === 'new' && <StateChip face={issueMarks.new} small />}
      {phase === 'regressed' && <StateChip face={issueMarks.regressed} small />}
      {isGoingUp && issue.state === 'open' && <StateChip face={issueMarks.goingUp} small />}
    </span>
  )
}
