import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { SavedMenu } from '../search/saved-menu.tsx'
import { Toggle } from '../ui/button.tsx'
import { CopyButton } from '../ui/command.tsx'
import { SelectField } from '../ui/field.tsx'
import { serverNow } from '../ui/now.ts'
import type { Zone } from '../ui/time.ts'
import { queryString } from '../ui/words.ts'
import { fixedSearch, type LogSearch, levels, ranges } from './log-filter.ts'
import { QueryField } from './query-field.tsx'

const route = getRouteApi('/logs')

interface Props {
  search: LogSearch
  /** What is looked for, to which the way back leads. */
  look: (change: LogSearch) => void
  /** How it is looked at. */
  set: (change: LogSearch) => void
  isLive: boolean
  zone: Zone
  setZone: (zone: Zone) => void
}

/** What is searched, of when, and how it is shown. */
export function Toolbar({ search, look, set, isLive, zone, setZone }: Props) {
  const navigate = route.useNavigate()
  const filter = (found: LogSearch) =>
    look({ ...{ q: '', service: '', environment: '', release: '', level: '', traceId: '', line: '' }, ...found })
  return (
    <div className="flex flex-wrap items-center gap-2">
      <QueryField search={search} onFilter={filter} />
      <Selects search={search} set={look} />
      <Toggle on={isLive} onClick={() => set({ live: isLive ? '' : '1', from: '', to: '' })}>
        <span aria-hidden className={`bar size-2 rounded-full ${isLive ? 'bg-ok-solid' : 'bg-unknown-solid'}`} /> Live
      </Toggle>
      <Toggle on={zone === 'local'} onClick={() => setZone(zone === 'utc' ? 'local' : 'utc')}>
        {zone === 'utc' ? 'UTC' : 'Local time'}
      </Toggle>
      <SavedMenu kind="logs" address={{ ...search }} onShow={address => void navigate({ search: address })} />
      <CopyButton isLink name="Copy a link to these lines, at these times" text={() => linkTo(search)} />
    </div>
  )
}

/** Whoever opens it sees the lines of now, and not those of then. */
const linkTo = ({ saved: _saved, ...search }: LogSearch): string =>
  `${location.origin}${location.pathname}${queryString({ ...fixedSearch(search, serverNow()) })}`

function Selects({ search, set }: { search: LogSearch; set: (change: LogSearch) => void }) {
  const { data: line } = useQuery(queries.line())
  const choice = (
    label: string,
    field: 'service' | 'environment' | 'level',
    names: readonly string[],
    every: string,
  ) => (
    <SelectField label={label} value={search[field] ?? ''} onChange={({ target }) => set({ [field]: target.value })}>
      <option value="">{every}</option>
      {names.map(name => (
        <option key={name} value={name}>
          {field === 'level' ? `${name} and worse` : name}
        </option>
      ))}
    </SelectField>
  )
  return (
    <>
      {choice(
        'Environment',
        'environment',
        (line?.environments ?? []).map(({ name }) => name),
        'every environment',
      )}
      {choice(
        'Service',
        'service',
        (line?.services ?? []).map(({ name }) => name),
        'every service',
      )}
      {choice('Level', 'level', levels.slice(1), 'every level')}
      <SelectField
        label="Range"
        value={search.from ? 'fixed' : (search.range ?? '15m')}
        onChange={({ target }) => set({ range: target.value, from: '', to: '' })}
      >
        {ranges.map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
        {search.from && <option value="fixed">{fixedInWords(search)}</option>}
      </SelectField>
    </>
  )
}

const fixedInWords = ({ from = '', to }: LogSearch): string => {
  const said = (at: string) => at.slice(0, 19).replace('T', ' ')
  const end = to?.slice(0, 10) === from.slice(0, 10) ? to.slice(11, 19) : to && said(to)
  return `${said(from)} to ${end ?? 'now'}`
}
