import type { IncidentEntry, IncidentView } from '@gantry/core/api'
import { useQueryClient } from '@tanstack/react-query'
import { type SubmitEvent, useEffect, useRef, useState } from 'react'
import { acts } from '../api/acts.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { useKeys } from '../ui/keys.ts'
import { Panel } from '../ui/panel.tsx'
import { PathLink } from '../ui/path-link.tsx'
import { asError, Refusal } from '../ui/refusal.tsx'
import { entryFaces } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { day } from '../ui/time.ts'
import { At } from '../ui/when.tsx'
import { sinceOpened } from './timeline-order.ts'

/** What happened, oldest first, in UTC; each entry has an address. */
export function IncidentTimeline({ incident }: { incident: IncidentView }) {
  const { entries, openedAt } = incident
  const list = useRef<HTMLOListElement>(null)
  const wanted = useRef(location.hash.slice(1))
  useEffect(() => {
    const entry = wanted.current && document.getElementById(wanted.current)
    if (entry && list.current?.contains(entry)) entry.scrollIntoView({ block: 'center' })
  }, [])
  return (
    <Panel title="Timeline" aside={<span className="text-muted">{day(openedAt)}, UTC</span>}>
      <ol ref={list} aria-label="Timeline" className="space-y-1">
        {entries.map((entry, index) => {
          const before = entries[index - 1]
          const isNewDay = before !== undefined && day(before.at) !== day(entry.at)
          return <Entry key={entry.id} entry={entry} openedAt={openedAt} newDay={isNewDay ? day(entry.at) : null} />
        })}
      </ol>
      <NoteForm number={incident.number} />
    </Panel>
  )
}

function Entry(props: { entry: IncidentEntry; openedAt: string; newDay: string | null }) {
  const { entry, openedAt, newDay } = props
  const { id, at, kind, actor, text, link } = entry
  return (
    <li id={`entry-${id}`} className="rounded-4 px-1 py-0.5 target:bg-warn-tint">
      {newDay && <p className="pt-2 font-semibold text-muted">{newDay}</p>}
      <div className="flex flex-wrap items-baseline gap-x-2">
        <At at={at} />
        <a href={`#entry-${id}`} className="w-16 text-12 text-muted hover:underline">
          {sinceOpened(at, openedAt)}
          <span className="sr-only">, link to entry {id}</span>
        </a>
        <span className="w-28 self-center">
          <StateMark face={entryFaces[kind]} />
        </span>
        <span className="min-w-0 flex-1 basis-48 break-words">
          <b className="font-semibold">{actor}</b>: {text} {link && <PathLink path={link}>Open</PathLink>}
        </span>
      </div>
    </li>
  )
}

function NoteForm({ number }: { number: number }) {
  const client = useQueryClient()
  const field = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [refused, setRefused] = useState<Error | null>(null)
  const [isActing, setActing] = useState(false)
  useKeys({ n: () => field.current?.focus() })
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (isActing || text.trim() === '') return field.current?.focus()
    setActing(true)
    setRefused(null)
    try {
      await acts.note(number, text.trim())
      setText('')
      await client.invalidateQueries({ queryKey: ['incident', String(number)] })
    } catch (cause) {
      setRefused(asError(cause))
    } finally {
      setActing(false)
    }
  }
  return (
    <form onSubmit={event => void submit(event)} className="mt-3 flex flex-wrap gap-2 border-edge border-t pt-3">
      <TextField
        ref={field}
        label="Add note"
        value={text}
        onChange={event => setText(event.target.value)}
        className="flex-1 basis-48"
      />
      <Button type="submit" why={isActing ? 'It is being written' : null}>
        Add note
      </Button>
      {refused && <Refusal error={refused} />}
    </form>
  )
}
