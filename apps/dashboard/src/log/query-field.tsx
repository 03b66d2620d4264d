import type { LogFacets } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { type Completions, completed, completionsAt } from './completions.ts'
import { facetsOf } from './facet-query.ts'
import { filterText, type LogSearch, parseFilter } from './log-filter.ts'

/** Where a search is typed; what it could go on with is offered below. Enter searches, unless something offered was gone to. */
export function QueryField({ search, onFilter }: { search: LogSearch; onFilter: (filter: LogSearch) => void }) {
  const text = filterText(search)
  const [typed, setTyped] = useState(text)
  useEffect(() => setTyped(text), [text])
  const field = useCompletions(search, typed, setTyped)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    field.close()
    onFilter(parseFilter(typed))
  }
  return (
    <form onSubmit={submit} className="relative flex min-w-0 flex-1 basis-72 gap-2">
      <TextField
        label="service:backend level:>=error text"
        aria-label="Filter the logs"
        data-filter
        type="search"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        className="flex-1 font-mono"
        {...field.input}
      />
      <Button type="submit">Search</Button>
      {field.offered && <Offered id={field.id} offered={field.offered} active={field.active} onChoose={field.choose} />}
    </form>
  )
}

interface OfferedProps {
  id: string
  offered: Completions
  active: number
  onChoose: (index: number) => void
}

function Offered({ id, offered, active, onChoose }: OfferedProps) {
  return (
    <div
      id={id}
      role="listbox"
      aria-label="How it could go on"
      className="layer absolute top-full left-0 z-30 mt-1 w-full max-w-xl overflow-hidden rounded-8 border border-control bg-raised p-1 shadow-layer"
    >
      {offered.options.map(({ text, hint }, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names what is active
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys are those of the field
        <div
          key={text}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          // The field would lose the focus before the click is one.
          onPointerDown={event => event.preventDefault()}
          onClick={() => onChoose(index)}
          className={`row flex cursor-default items-center justify-between gap-3 rounded-4 px-2 ${index === active ? 'bg-sunken' : 'hover:bg-page'}`}
        >
          <span className="truncate font-mono text-12">{text}</span>
          <span className="truncate text-12 text-muted">{hint}</span>
        </div>
      ))}
    </div>
  )
}

/** As a combobox does: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ */
function useCompletions(search: LogSearch, typed: string, setTyped: (text: string) => void) {
  const id = useId()
  const input = useRef<HTMLInputElement | null>(null)
  const [isWanted, setWanted] = useState(false)
  const [caret, setCaret] = useState(0)
  const [active, setActive] = useState(-1)
  const [isMet, setMet] = useState(false)
  const { data } = useQuery({ ...facetsOf(search), enabled: isMet })
  const facets: LogFacets['facets'] = data?.facets ?? []
  const found = isWanted ? completionsAt(typed, caret, facets) : null
  const offered = found && found.options.length > 0 ? found : null
  const close = () => {
    setWanted(false)
    setActive(-1)
  }
  const choose = (index: number) => {
    const option = offered?.options[index]
    if (!offered || !option) return
    const { text, at, isWhole } = completed(typed, offered, option.text)
    setTyped(text)
    setCaret(at)
    setActive(-1)
    if (isWhole) setWanted(false)
    requestAnimationFrame(() => input.current?.setSelectionRange(at, at))
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (by !== 0) {
      event.preventDefault()
      setCaret(event.currentTarget.selectionStart ?? typed.length)
      setWanted(true)
      setActive(stepped(active, by, offered?.options.length ?? 0))
    } else if (event.key === 'Escape' && offered) {
      event.preventDefault()
      close()
    } else if ((event.key === 'Enter' || event.key === 'Tab') && offered && active >= 0) {
      event.preventDefault()
      choose(active)
    }
  }
  return {
    ...{ id, offered, active, choose, close },
    input: {
      ref: input,
      role: 'combobox',
      'aria-expanded': offered !== null,
      'aria-controls': offered ? id : undefined,
      'aria-autocomplete': 'list' as const,
      'aria-activedescendant': offered && active >= 0 ? `${id}-${active}` : undefined,
      onFocus: () => setMet(true),
      onBlur: close,
      onKeyDown,
      onChange: (event: { currentTarget: HTMLInputElement }) => {
        setTyped(event.currentTarget.value)
        setCaret(event.currentTarget.selectionStart ?? event.currentTarget.value.length)
        setWanted(event.currentTarget.value.trim() !== '')
        setActive(-1)
      },
    },
  }
}

/** The next of so many, round and round; -1: none is. */
function stepped(active: number, by: number, count: number): number {
  if (count === 0) return -1
  return active === -1 && by < 0 ? count - 1 : (active + by + count) % count
}
