import type { ActedIssue, Issue } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import { useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import { acts } from '../api/acts.ts'
import { asError } from '../ui/refusal.tsx'
import type { IssueChoice } from './issue-choices.ts'

const outdated = ['issues', 'issue', 'issue-events', 'issue-acts', 'issue-parts']

/** Carries an act out on many issues, and lets it be taken back as a whole. Each throws what the server refused. */
export function useManyActs() {
  const client = useQueryClient()
  const look = () => Promise.all(outdated.map(name => client.invalidateQueries({ queryKey: [name] })))
  const undo = async (take: () => Promise<string>) => {
    try {
      toast(await take())
    } catch (cause) {
      toast.error(asError(cause).message)
    }
    await look()
  }
  const say = (what: string, take: () => Promise<string>) =>
    toast(what, { action: { label: 'Undo', onClick: () => void undo(take) } })
  return {
    async change(issues: readonly Issue[], { said, verb, body }: IssueChoice): Promise<void> {
      const answer = await acts.changeIssues(
        issues.map(({ number }) => number),
        verb,
        body,
      )
      const made = answer.issues.flatMap(({ act }) => act ?? [])
      await look()
      if (made.length === 0) toast(`${countedAre(issues.length)} ${said} already`)
      else say(`${countedAre(made.length)} ${said}`, async () => undoneInWords(await acts.undoIssueActs(made)))
    },
    async merge(into: Issue, others: readonly Issue[]): Promise<void> {
      const merged: ActedIssue = await acts.mergeIssues(
        into.number,
        others.map(({ number }) => number),
      )
      const { act } = merged
      await look()
      if (act === null) toast('They are one issue already')
      else
        say(`Merged ${counted(others.length, 'issue')} into issue ${into.number}`, () =>
          acts.undoIssueAct(into.number, act).then(() => 'Undone'),
        )
    },
  }
}

const countedAre = (count: number): string => `${counted(count, 'issue')} ${count === 1 ? 'is' : 'are'}`

/** Some may stay as they are: somebody, or an event, changed them meanwhile. */
function undoneInWords({ changedSince }: { changedSince: readonly number[] }): string {
  const [first] = changedSince
  if (first === undefined) return 'Undone'
  const others = changedSince.length - 1
  const which = others === 0 ? `#${first}` : `#${first} and ${others} more`
  return `Undone, but not of ${which}: changed since`
}
