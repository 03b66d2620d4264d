import type { ServiceLine } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { queries } from '../api/queries.ts'
import { Button, Toggle } from '../ui/button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Empty } from '../ui/panel.tsx'
import { Refusal } from '../ui/refusal.tsx'
import type { Zone } from '../ui/time.ts'
import { ExportLinks } from './export-links.tsx'
import { FacetPanel } from './facet-panel.tsx'
import { Histogram } from './histogram.tsx'
import { LinePanel } from './line-panel.tsx'
import { filterText, type LogSearch, narrowedBy, parseFilter, ranges } from './log-filter.ts'
import { LogList } from './log-list.tsx'
import { useLogs } from './use-line-search.ts'

const route = getRouteApi('/logs')
const levels = ['debug', 'info', 'warn', 'error', 'fatal'] as const

export function LogsScreen() {
  const search: LogSearch = route.useSearch()
  const navigate = route.useNavigate()
  const isLive = search.live === '1' && !search.to
  const logs = useLogs(search, isLive)
  const [zone, setZone] = useState<Zone>('utc')
  const set = (change: LogSearch) =>
    void navigate({ search: before => ({ ...before, ...change }), replace: true, resetScroll: false })
  const open = (line: ServiceLine | null) => set({ line: line?.id ?? '' })
  return (
    <Page title="Logs">
      <div className="flex flex-wrap items-center gap-2">
        <Filter
          search={search}
          onFilter={filter =>
            void navigate({
              search: ({ range, live }) => ({ ...filter, ...(range && { range }), ...(live && { live }) }),
            })
          }
        />
        <Selects search={search} set={set} />
        <Toggle on={isLive} onClick={() => set({ live: isLive ? '' : '1', from: '', to: '' })}>
          <span aria-hidden className={`bar size-2 rounded-full ${isLive ? 'bg-ok-solid' : 'bg-unknown-solid'}`} /> Live
        </Toggle>
        <Toggle on={zone === 'local'} onClick={() => setZone(zone === 'utc' ? 'local' : 'utc')}>
          {zone === 'utc' ? 'UTC' : 'Local time'}
        </Toggle>
      </div>
      {logs.error && <Refusal error={logs.error} onRetry={logs.reload} />}
      <Histogram
        bars={logs.histogram}
        barMs={logs.barMs}
        countedFrom={logs.countedFrom}
        onRange={(from, to) => set({ from, to, live: '', range: '' })}
      />
      <p role="status" className="text-muted">
        {logs.error && logs.lines.length === 0
          ? 'No lines were read'
          : logs.isLoading
            ? 'Reading lines'
            : counted(logs.lines.length, 'line')}
        {logs.searchedBackTo !== null
          ? ', the search took too long and is not whole'
          : logs.hasOlder && ', older ones are not shown'}
        {logs.skipped > 0 && ', some between are left out because too many came at once'}
      </p>
      <div className="flex flex-wrap items-start justify-between gap-2">
        <FacetPanel search={search} onNarrow={(name, value) => set({ q: narrowedBy(search, name, value), line: '' })} />
        <ExportLinks search={search} />
      </div>
      {logs.error && logs.lines.length === 0 ? null : logs.lines.length === 0 && !logs.isLoading ? (
        <NoLines
          search={search}
          onClear={() => void navigate({ search: {} })}
          onWider={() => set({ range: '24h', from: '', to: '' })}
        />
      ) : (
        <div className={`grid min-w-0 items-start gap-3 ${search.line ? 'lg:grid-cols-[minmax(0,1fr)_24rem]' : ''}`}>
          <LogList logs={logs} zone={zone} opened={search.line ?? null} isLive={isLive} onOpen={open} />
          {search.line && (
            <LinePanel
              key={search.line}
              id={search.line}
              known={logs.lines.find(({ id }) => id === search.line) ?? null}
              zone={zone}
              onClose={() => open(null)}
              onOpen={open}
            />
          )}
        </div>
      )}
    </Page>
  )
}

function Filter({ search, onFilter }: { search: LogSearch; onFilter: (filter: LogSearch) => void }) {
  const text = filterText(search)
  const [typed, setTyped] = useState(text)
  useEffect(() => setTyped(text), [text])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onFilter(parseFilter(typed))
  }
  return (
    <form onSubmit={submit} className="flex min-w-0 flex-1 basis-72 gap-2">
      <TextField
        label="service:backend level:>=error text"
        aria-label="Filter the logs"
        data-filter
        type="search"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        className="flex-1 font-mono"
      />
      <Button type="submit">Search</Button>
    </form>
  )
}

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
      {choice('Level', 'level', levels, 'every level')}
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
        {search.from && <option value="fixed">As in the address</option>}
      </SelectField>
    </>
  )
}

function NoLines(props: { search: LogSearch; onClear: () => void; onWider: () => void }) {
  const filter = filterText(props.search)
  const range = props.search.from
    ? 'the chosen range'
    : (ranges.find(([name]) => name === props.search.range)?.[1].toLowerCase() ?? 'last 15 minutes')
  return (
    <Empty>
      <p>
        No line{' '}
        {filter && (
          <>
            matches <code>{filter}</code>{' '}
          </>
        )}
        in the {range.replace(/^the /, '')}.
      </p>
      <div className="flex gap-2">
        {filter && <Button onClick={props.onClear}>Clear the filter</Button>}
        <Button onClick={props.onWider}>Look at the last 24 hours</Button>
      </div>
    </Empty>
  )
}
