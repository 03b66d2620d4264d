import type { IssuePart, IssueView } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { acts } from '../api/acts.ts'
import { queries } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { LineForm } from '../ui/line-form.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { numbersIn } from './numbers-in.ts'
import { useIssueActs } from './use-issue-acts.ts'

/** Why its events are one issue, what it was merged from, and the way to merge and to split. */
export function IssueParts({ issue }: { issue: IssueView }) {
  const query = useQuery(queries.issueParts(String(issue.number)))
  return (
    <Panel title="Why it is one issue" flush>
      <Loaded query={query} rows={2}>
        {({ parts }) => <Parts issue={issue} parts={parts} />}
      </Loaded>
      <Merge issue={issue} />
    </Panel>
  )
}

function Parts({ issue, parts }: { issue: IssueView; parts: IssuePart[] }) {
  const [chosen, setChosen] = useState<readonly string[]>([])
  const { perform } = useIssueActs(issue.number)
  const leaving = chosen.filter(id => parts.some(part => part.id === id))
  const split = async () => {
    const done = await perform(`Split off of issue ${issue.number}`, () => acts.splitIssue(issue.number, [...leaving]))
    if (done) setChosen([])
  }
  return (
    <>
      <ul aria-label="Parts">
        {parts.map(part => (
          <li key={part.id} className="flex items-start gap-2 border-edge border-b px-3 py-2">
            {parts.length > 1 && (
              <input
                type="checkbox"
                aria-label={`Part of ${counted(part.events, 'event')}: ${part.title}`}
                checked={leaving.includes(part.id)}
                onChange={({ target }) =>
                  setChosen(target.checked ? [...leaving, part.id] : leaving.filter(id => id !== part.id))
                }
                className="mt-1"
              />
            )}
            <div className="min-w-0">
              <p className="break-words">
                {part.title} <span className="text-muted">{counted(part.events, 'event')}</span>
                {!part.isOwn && <span className="text-muted"> · was #{part.number}</span>}
              </p>
              <p className="break-words text-muted">Grouped by {part.because.join(', ') || 'its fingerprint'}.</p>
            </div>
          </li>
        ))}
      </ul>
      {parts.length > 1 && (
        <p className="px-3 pt-2">
          <Button onClick={() => void split()} why={whyNot(leaving.length, parts.length)}>
            Split off
          </Button>
        </p>
      )}
    </>
  )
}

function whyNot(leaving: number, parts: number): string | null {
  if (leaving === 0) return 'Choose the parts that become an issue of their own'
  return leaving === parts ? 'An issue keeps at least one part' : null
}

function Merge({ issue }: { issue: IssueView }) {
  const { perform } = useIssueActs(issue.number)
  const merge = async (text: string) => {
    const numbers = numbersIn(text)
    const said = `Merged ${numbers.map(number => `#${number}`).join(', ')} into issue ${issue.number}`
    return (await perform(said, () => acts.mergeIssues(issue.number, numbers))) !== null
  }
  return (
    <LineForm
      label="Numbers of issues to merge into this one"
      placeholder="#13, #14"
      button="Merge into this one"
      className="w-40"
      why={text => (numbersIn(text).length === 0 ? 'Name the issues by number: #13, #14' : null)}
      act={merge}
    />
  )
}
