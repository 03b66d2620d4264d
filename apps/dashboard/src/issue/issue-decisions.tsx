import type { EventView, IssueView } from '@gantry/core/api'
import { useQueryClient } from '@tanstack/react-query'
import { Copy } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { acts } from '../api/acts.ts'
import { Button } from '../ui/button.tsx'
import { useKeys } from '../ui/keys.ts'
import { ReasonDialog } from '../ui/reason-dialog.tsx'
import { issueMarkdown } from './issue-markdown.ts'

type Verb = 'resolve' | 'reopen' | 'mute'
const said: Record<Verb, { title: string; label: string; hint: string }> = {
  resolve: {
    title: 'is resolved',
    label: 'Resolve issue',
    hint: 'It opens again by itself when the fault comes back.',
  },
  reopen: { title: 'is open again', label: 'Reopen issue', hint: 'It counts for gates and alerts again.' },
  mute: { title: 'is muted', label: 'Mute issue', hint: 'It goes on counting, and disturbs nobody.' },
}

export function IssueActs({ issue, event }: { issue: IssueView; event: EventView | undefined }) {
  const [verb, setVerb] = useState<Verb | null>(null)
  const client = useQueryClient()
  const first: Verb = issue.state === 'open' ? 'resolve' : 'reopen'
  useKeys({ r: () => setVerb(first), u: () => setVerb('mute') })
  const copy = () =>
    void navigator.clipboard
      ?.writeText(issueMarkdown(issue, event, location.href))
      .then(() => toast('Copied the issue as Markdown'))
  return (
    <>
      <Button onClick={() => setVerb(first)}>{said[first].label}…</Button>
      <Button onClick={() => setVerb('mute')} why={issue.state === 'muted' ? 'It is muted already' : null}>
        Mute issue…
      </Button>
      <Button onClick={copy}>
        <Copy size={14} aria-hidden /> Copy as Markdown
      </Button>
      {verb && (
        <ReasonDialog
          title={`Issue ${issue.number} ${said[verb].title}`}
          onClose={() => setVerb(null)}
          confirm={said[verb].label}
          isReasonOptional
          hint={said[verb].hint}
          act={async reason => {
            try {
              await acts.changeIssue(issue, verb, reason)
            } finally {
              const keys = [['issue', String(issue.number)], ['issues']]
              await Promise.all(keys.map(queryKey => client.invalidateQueries({ queryKey })))
            }
          }}
        />
      )}
    </>
  )
}
