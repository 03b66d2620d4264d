import type { Issue } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useDeferredValue, useEffect, useRef, useState } from 'react'
import { queries } from '../api/queries.ts'
import { SavedMenu } from '../search/saved-menu.tsx'
import { Button } from '../ui/button.tsx'
import { Command } from '../ui/command.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/panel.tsx'
import { filterIssues, isWords, namesState } from './filter-issues.ts'
import { ForwardNote } from './forward-note.tsx'
import { IntakeNote } from './intake-note.tsx'
import { IssueList } from './issue-list.tsx'

const route = getRouteApi('/issues')
const states = ['open', 'resolved', 'muted', 'archived'] as const

/** What is typed filters what is here at once, and is searched for as soon as the typing rests. */
const limit = 10_000

export function IssuesScreen() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const state = stateOf(search)
  const query = useQuery(
    queries.issues({ state, query: search.q, environment: search.environment, release: search.release }, limit),
  )
  const { data: line } = useQuery(queries.line())
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: before => ({ ...before, ...change }), replace: true })
  const [typed, setTyped] = useTyped(search.q ?? '', q => set({ q }))
  return (
    <Page
      title="Issues"
      aside={
        <>
          <TextField
            label="Search issues"
            placeholder='is:new user:… browser:Safari* "declined"'
            data-filter
            type="search"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            className="w-80 max-sm:w-full"
          />
          <SelectField
            label="State"
            value={search.state ?? 'open'}
            onChange={({ target }) => set({ state: target.value })}
          >
            {states.map(name => (
              <option key={name}>{name}</option>
            ))}
            <option value="all">every state</option>
          </SelectField>
          <SelectField
            label="Environment"
            value={search.environment ?? ''}
            onChange={({ target }) => set({ environment: target.value })}
          >
            <option value="">every environment</option>
            {(line?.environments ?? []).map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </SelectField>
          <SavedMenu kind="issues" address={search} onShow={address => void navigate({ search: address })} />
          {search.release && (
            <Button onClick={() => set({ release: '' })}>Release {search.release.slice(0, 7)} ✕</Button>
          )}
        </>
      }
    >
      <Loaded query={query} rows={12}>
        {({ issues, total }) => (
          <Found
            issues={issues}
            total={total}
            q={typed}
            isAsked={typed === (search.q ?? '') && !query.isPlaceholderData}
            onClear={() => {
              setTyped('')
              void navigate({ search: {} })
            }}
            isFiltered={Boolean(search.q || search.environment || search.release || search.state)}
          />
        )}
      </Loaded>
      <IntakeNote />
      <ForwardNote />
    </Page>
  )
}

/** Open ones, unless another state is chosen, or the query says `is:` itself. */
const stateOf = ({ state, q = '' }: { state?: string | undefined; q?: string | undefined }) =>
  state === 'all' || namesState(q) ? undefined : (states.find(each => each === state) ?? 'open')

/** What is typed filters at once; the address follows when the typing rests, for it re-renders the route. */
function useTyped(inAddress: string, write: (text: string) => void) {
  const [typed, setTyped] = useState(inAddress)
  const written = useRef(inAddress)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `write` is another function at each render
  useEffect(() => {
    if (typed === written.current) return
    const timer = setTimeout(() => {
      written.current = typed
      write(typed)
    }, 250)
    return () => clearTimeout(timer)
  }, [typed])
  useEffect(() => {
    if (inAddress === written.current) return
    written.current = inAddress
    setTyped(inAddress)
  }, [inAddress])
  return [typed, setTyped] as const
}

interface FoundProps {
  issues: Issue[]
  total: number
  q: string
  /** These are what the server found by it. */
  isAsked: boolean
  isFiltered: boolean
  onClear: () => void
}

function Found(props: FoundProps) {
  const { issues, total, isFiltered, onClear } = props
  const q = useDeferredValue(props.q)
  // Words are found at once among what is here; what else is typed, and all that is not here, the server finds.
  const shown = props.isAsked || !isWords(q) ? issues : filterIssues(issues, q)
  if (shown.length === 0) {
    return isFiltered ? (
      <Empty>
        <p>
          No issue matches{q && ` “${q}”`}, of {total}.
        </p>
        <Button onClick={onClear}>Clear the filter</Button>
      </Empty>
    ) : (
      <Empty>
        <p>No open issue. Errors arrive from any Sentry SDK; this prints the address to give it:</p>
        <Command text="gantry status" />
      </Empty>
    )
  }
  return <IssueList issues={shown} total={total} />
}
