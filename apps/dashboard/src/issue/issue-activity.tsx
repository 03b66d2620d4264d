import type { IssueAct, IssueView } from '@gantry/core/api'
import { issueActInWords } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { toast } from 'sonner'
import { acts } from '../api/acts.ts'
import { queries } from '../api/queries.ts'
import { LineForm } from '../ui/line-form.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { asError } from '../ui/refusal.tsx'
import { When } from '../ui/when.tsx'
import { useIssueActs } from './use-issue-acts.ts'

/** Who did what with it, and what Gantry noticed; the newest first. */
export function IssueActivity({ issue }: { issue: IssueView }) {
  const query = useQuery(queries.issueActs(String(issue.number)))
  const { undo } = useIssueActs(issue.number)
  return (
    <Panel title="Activity" flush>
      <Comment number={issue.number} />
      <Loaded query={query} rows={3}>
        {({ acts: all }) => (
          <ol aria-label="Activity">
            {all.map(act => (
              <li key={act.id} className="flex flex-wrap items-baseline gap-x-2 border-edge border-t px-3 py-1.5">
                <Act act={act} />
                <span className="ml-auto text-muted">
                  <When at={act.at} />
                </span>
                {act.canUndo && (
                  <button type="button" className="link" onClick={() => void undo(act.id)}>
                    Undo
                  </button>
                )}
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </Panel>
  )
}

function Act({ act }: { act: IssueAct }) {
  return (
    <span className={`min-w-0 break-words ${act.isUndone ? 'text-muted line-through' : ''}`}>
      <b className="font-semibold">{act.by ?? 'Gantry'}</b> {issueActInWords(act)}
      {act.text && `: ${act.text}`}
    </span>
  )
}

function Comment({ number }: { number: number }) {
  const { look } = useIssueActs(number)
  const say = async (text: string) => {
    try {
      await acts.commentIssue(number, text)
      return true
    } catch (cause) {
      toast.error(asError(cause).message)
      return false
    } finally {
      await look()
    }
  }
  return <LineForm label="Comment" placeholder="Say something about it" button="Comment" act={say} />
}
