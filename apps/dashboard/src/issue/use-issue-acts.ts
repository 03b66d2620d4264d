import type { ActedIssue } from '@gantry/core/api'
import { useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import { acts } from '../api/acts.ts'
import { asError } from '../ui/refusal.tsx'

const ofIssue = ['issue', 'issue-events', 'issue-acts', 'issue-parts']

/** Carries an act out, shows what it made, and lets it be taken back where the eye is. */
export function useIssueActs(number: number) {
  const client = useQueryClient()
  const look = () =>
    Promise.all(
      [...ofIssue.map(name => [name, String(number)]), ['issues']].map(queryKey =>
        client.invalidateQueries({ queryKey }),
      ),
    )
  const undo = async (act: string) => {
    try {
      await acts.undoIssueAct(number, act)
      toast('Undone')
    } catch (cause) {
      toast.error(asError(cause).message)
    }
    await look()
  }
  const perform = async (what: string, act: () => Promise<ActedIssue>): Promise<ActedIssue | null> => {
    try {
      const issue = await act()
      await look()
      const made = issue.act
      // Somebody was quicker: there is nothing of one's own to take back.
      if (made === null) toast(`${what} already`)
      else toast(what, { action: { label: 'Undo', onClick: () => void undo(made) } })
      return issue
    } catch (cause) {
      toast.error(asError(cause).message)
      await look()
      return null
    }
  }
  return { perform, undo, look }
}
