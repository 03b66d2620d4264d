import type { EventView, IssueView } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { Copy } from 'lucide-react'
import { toast } from 'sonner'
import { acts } from '../api/acts.ts'
import { queries } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { useKeys } from '../ui/keys.ts'
import { Menu, type MenuChoice } from '../ui/menu.tsx'
import {
  assignChoices,
  type IssueChoice,
  muteChoices,
  mutedForGood,
  reopened,
  resolveChoices,
  resolvedNow,
} from './issue-choices.ts'
import { issueMarkdown } from './issue-markdown.ts'
import { useIssueActs } from './use-issue-acts.ts'

/** What people do with an issue, beside its title. Each is done at once, and undone in the message that says so. */
export function IssueActs({ issue, event }: { issue: IssueView; event: EventView | undefined }) {
  const { perform } = useIssueActs(issue.number)
  const { data } = useQuery(queries.people())
  const act = ({ said, verb, body }: IssueChoice) =>
    void perform(`Issue ${issue.number} is ${said}`, () => acts.changeIssue(issue, verb, body))
  const menu = (choices: readonly IssueChoice[]): MenuChoice[] =>
    choices.map(choice => ({ text: choice.text, hint: choice.hint, act: () => act(choice) }))
  useKeys({ r: () => act(issue.state === 'open' ? resolvedNow : reopened), u: () => act(mutedForGood) })
  const copy = () =>
    void navigator.clipboard
      ?.writeText(issueMarkdown(issue, event, location.href))
      .then(() => toast('Copied the issue as Markdown'))
  return (
    <>
      {issue.state === 'open' ? (
        <Menu label="Resolve" choices={menu(resolveChoices)} />
      ) : (
        <Button onClick={() => act(reopened)}>Reopen</Button>
      )}
      <Menu label="Mute" choices={menu(muteChoices)} />
      <Menu
        label={issue.assignee ? `Assigned to ${issue.assignee.name}` : 'Assign'}
        choices={menu(assignChoices(data?.people ?? [], issue.assignee))}
      />
      <Button onClick={copy}>
        <Copy size={14} aria-hidden /> Copy as Markdown
      </Button>
    </>
  )
}
