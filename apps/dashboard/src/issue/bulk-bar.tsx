import type { Issue } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { queries } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { useKeys } from '../ui/keys.ts'
import { Menu, type MenuChoice } from '../ui/menu.tsx'
import { asError } from '../ui/refusal.tsx'
import {
  archived,
  assignChoices,
  type IssueChoice,
  muteChoices,
  mutedForGood,
  reopened,
  resolveChoices,
  resolvedNow,
} from './issue-choices.ts'
import { useManyActs } from './use-many-acts.ts'

/** Above these it is asked first: a slip of the hand would be a hundred notices of regressions. */
const unasked = 10

interface Asked {
  title: string
  confirm: string
  act: () => Promise<void>
}

/** What is done with all the issues that are chosen, at once, and taken back by one undo. */
export function BulkBar({ issues, onDone }: { issues: readonly Issue[]; onDone: () => void }) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const { data } = useQuery(queries.people())
  const { change, merge } = useManyActs()
  const what = counted(issues.length, 'issue')
  const act = (wanted: Asked) => {
    const whole = { ...wanted, act: () => wanted.act().then(onDone) }
    if (issues.length > unasked) setAsked(whole)
    else whole.act().catch((cause: unknown) => toast.error(asError(cause).message))
  }
  const choose = (choice: IssueChoice) => {
    const verb = verbs[choice.verb]
    act({ title: `${what} will be ${choice.said}`, confirm: `${verb} ${what}`, act: () => change(issues, choice) })
  }
  const menu = (choices: readonly IssueChoice[]): MenuChoice[] =>
    choices.map(choice => ({ text: choice.text, hint: choice.hint, act: () => choose(choice) }))
  const isOpen = issues.some(({ state }) => state === 'open')
  useKeys({ r: () => choose(isOpen ? resolvedNow : reopened), u: () => choose(mutedForGood), Escape: onDone })
  const [oldest, ...others] = issues.toSorted((a, b) => a.number - b.number)
  const join = () =>
    oldest &&
    act({
      title: `${counted(others.length, 'issue')} will be part of issue ${oldest.number}`,
      confirm: `Merge ${what}`,
      act: () => merge(oldest, others),
    })
  return (
    <section
      aria-label="Chosen issues"
      className="sticky top-12 z-20 flex flex-wrap items-center gap-2 rounded-8 border border-accent bg-waiting-tint p-2"
    >
      <b className="pl-1 font-semibold">{counted(issues.length, 'issue')} chosen</b>
      <Button look="quiet" onClick={onDone} className="mr-auto">
        Clear
      </Button>
      {isOpen && <Menu label="Resolve" choices={menu(resolveChoices)} />}
      {issues.some(({ state }) => state !== 'open') && <Button onClick={() => choose(reopened)}>Reopen</Button>}
      <Menu label="Mute" choices={menu(muteChoices.filter(choice => choice !== archived))} />
      <Button onClick={() => choose(archived)}>Archive</Button>
      <Menu label="Assign" choices={menu(assignChoices(data?.people ?? [], 'any'))} />
      <Button onClick={join} why={others.length === 0 ? 'Choose another one to merge it with' : null}>
        {others.length === 0 ? 'Merge' : `Merge into #${oldest?.number}`}
      </Button>
      {asked && (
        <ConfirmDialog {...asked} onClose={() => setAsked(null)}>
          <p>It is one act, and the message that tells of it takes it back as a whole.</p>
        </ConfirmDialog>
      )}
    </section>
  )
}

const verbs = { resolve: 'Resolve', reopen: 'Reopen', mute: 'Mute', archive: 'Archive', assign: 'Assign' } as const
