import type { EventView, IssueView } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { Copy } from 'lucide-react'
import { toast } from 'sonner'
import { acts, type IssueVerb } from '../api/acts.ts'
import { queries } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { useKeys } from '../ui/keys.ts'
import { Menu, type MenuChoice } from '../ui/menu.tsx'
import { issueMarkdown } from './issue-markdown.ts'
import { useIssueActs } from './use-issue-acts.ts'

/** What people do with an issue, beside its title. Each is done at once, and undone in the message that says so. */
export function IssueActs({ issue, event }: { issue: IssueView; event: EventView | undefined }) {
  const { perform } = useIssueActs(issue.number)
  const choice = (text: string, hint: string, said: string, verb: IssueVerb, body = {}): MenuChoice => ({
    ...{ text, hint },
    act: () => void perform(`Issue ${issue.number} ${said}`, () => acts.changeIssue(issue, verb, body)),
  })
  const now = choice('Now', 'Whatever happens from now on opens it again', 'is resolved', 'resolve')
  const reopen = choice('Reopen', '', 'is open again', 'reopen')
  const always = choice('For good', 'It goes on counting, and disturbs nobody', 'is muted', 'mute')
  const rate = { events: 100, over: '1h' }
  useKeys({ r: () => (issue.state === 'open' ? now.act() : reopen.act()), u: always.act })
  const copy = () =>
    void navigator.clipboard
      ?.writeText(issueMarkdown(issue, event, location.href))
      .then(() => toast('Copied the issue as Markdown'))
  return (
    <>
      {issue.state === 'open' ? (
        <Menu
          label="Resolve"
          choices={[
            now,
            choice(
              'In the next release',
              'What runs now may still fail',
              'is resolved in the next release',
              'resolve',
              {
                in: 'next-release',
              },
            ),
            choice('In this release', 'Older ones may still fail', 'is resolved in this release', 'resolve', {
              in: 'this-release',
            }),
          ]}
        />
      ) : (
        <Button onClick={reopen.act}>Reopen</Button>
      )}
      <Menu
        label="Mute"
        choices={[
          choice('For an hour', '', 'is muted for an hour', 'mute', { for: '1h' }),
          choice('For a day', '', 'is muted for a day', 'mute', { for: '24h' }),
          choice('For a week', '', 'is muted for a week', 'mute', { for: '7d' }),
          choice('Until 100 more events', '', 'is muted until 100 more events', 'mute', { events: 100 }),
          choice('Until 100 within an hour', '', 'is muted until 100 events within an hour', 'mute', { rate }),
          always,
          choice('Archive', 'Nothing ever opens it again', 'is archived', 'archive'),
        ]}
      />
      <AssignMenu issue={issue} choice={choice} />
      <Button onClick={copy}>
        <Copy size={14} aria-hidden /> Copy as Markdown
      </Button>
    </>
  )
}

interface AssignProps {
  issue: IssueView
  choice: (text: string, hint: string, said: string, verb: IssueVerb, body?: object) => MenuChoice
}

function AssignMenu({ issue, choice }: AssignProps) {
  const { data } = useQuery(queries.people())
  const to = (text: string, hint: string, name: string | null) =>
    choice(text, hint, name === null ? 'is assigned to nobody' : `is assigned to ${text}`, 'assign', { to: name })
  const people = (data?.people ?? []).map(({ id, name, email }) => to(name, email ?? '', id))
  return (
    <Menu
      label={issue.assignee ? `Assigned to ${issue.assignee.name}` : 'Assign'}
      choices={[to('Me', '', 'me'), ...people, ...(issue.assignee ? [to('Nobody', '', null)] : [])]}
    />
  )
}
