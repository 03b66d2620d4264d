import type { ServiceLine } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { serverNow } from '../ui/now.ts'
import { Page } from '../ui/page.tsx'
import { Empty } from '../ui/panel.tsx'
import { QueryRefusal } from '../ui/query-refusal.tsx'
import type { Zone } from '../ui/time.ts'
import { widerRange } from './chosen-bars.ts'
import { ColumnsSheet } from './columns-sheet.tsx'
import { ExportLinks } from './export-links.tsx'
import { FacetPanel } from './facet-panel.tsx'
import { Histogram } from './histogram.tsx'
import { LinePanel } from './line-panel.tsx'
import { columnsIn, filterText, type LogSearch, narrowedBy, ranges, writtenName } from './log-filter.ts'
import { LogList } from './log-list.tsx'
import { Toolbar } from './toolbar.tsx'
import { type Logs, useLogs } from './use-line-search.ts'

const route = getRouteApi('/logs')

export function LogsScreen() {
  const search: LogSearch = route.useSearch()
  const navigate = route.useNavigate()
  const isLive = search.live === '1' && !search.to
  const logs = useLogs(search, isLive)
  const [zone, setZone] = useState<Zone>('utc')
  /** What is looked for: the way back leads to what was looked at before. */
  const look = (change: LogSearch) =>
    void navigate({ search: before => ({ ...before, ...change }), resetScroll: false })
  /** How it is looked at. */
  const set = (change: LogSearch) =>
    void navigate({ search: before => ({ ...before, ...change }), replace: true, resetScroll: false })
  const narrow = (name: string, value: string, isNot = false) =>
    look({ q: narrowedBy(search, name, value, isNot), line: '' })
  const total = totalOf(logs)
  const isFailed = logs.error !== null && logs.lines.length === 0
  return (
    <Page title="Logs">
      <Toolbar {...{ search, look, set, isLive, zone, setZone }} />
      {logs.error && (
        <QueryRefusal error={logs.error} onRetry={logs.reload} onAsText={text => look({ q: text, line: '' })} />
      )}
      <Histogram
        bars={logs.histogram}
        barMs={logs.barMs}
        countedFrom={logs.countedFrom}
        onRange={(from, to) => look({ from, to, live: '', range: '', line: '' })}
        onWider={
          search.from ? () => look({ ...widerRange(search.from ?? '', search.to, serverNow()), line: '' }) : null
        }
      />
      <Found logs={logs} total={total} />
      {isFailed || (
        <div className="flex flex-wrap items-start justify-between gap-2">
          <FacetPanel search={search} onNarrow={narrow} />
          <Columns search={search} onColumns={names => set({ columns: names.join() })} />
          <ExportLinks search={search} total={total} />
        </div>
      )}
      {isFailed ? null : logs.lines.length === 0 && !logs.isLoading ? (
        <NoLines
          search={search}
          onClear={() => void navigate({ search: {} })}
          onWider={() => look({ range: '24h', from: '', to: '' })}
        />
      ) : (
        <Lines {...{ search, logs, zone, isLive, narrow, set }} />
      )}
    </Page>
  )
}

interface LinesProps {
  search: LogSearch
  logs: Logs
  zone: Zone
  isLive: boolean
  narrow: (name: string, value: string, isNot: boolean) => void
  set: (change: LogSearch) => void
}

function Lines({ search, logs, zone, isLive, narrow, set }: LinesProps) {
  const open = (line: ServiceLine | null) => set({ line: line?.id ?? '' })
  const columns = columnsIn(search)
  return (
    <div className={`grid min-w-0 items-start gap-3 ${search.line ? 'lg:grid-cols-[minmax(0,1fr)_26rem]' : ''}`}>
      <LogList
        {...{ logs, zone, isLive, columns }}
        opened={search.line ?? null}
        onOpen={open}
        onReading={logs.setReading}
      />
      {search.line && (
        <LinePanel
          key={search.line}
          id={search.line}
          known={logs.lines.find(({ id }) => id === search.line) ?? null}
          zone={zone}
          fieldActs={{
            onNarrow: narrow,
            onColumn: name => {
              const written = writtenName(name)
              set({
                columns: (columns.length > 0 ? [...columns, written] : ['time', 'level', written, 'message']).join(),
              })
            },
          }}
          onClose={() => open(null)}
          onOpen={open}
        />
      )}
    </div>
  )
}

/** How many lines the search has in all; null where not all were counted. */
const totalOf = ({ histogram, countedFrom }: Logs): number | null =>
  histogram.length === 0 || countedFrom !== null ? null : histogram.reduce((sum, { total }) => sum + total, 0)

function Found({ logs, total }: { logs: Logs; total: number | null }) {
  const shown = logs.lines.length
  return (
    <p role="status" className="text-muted">
      {logs.error && shown === 0
        ? 'No lines were read'
        : logs.isLoading
          ? 'Reading lines'
          : total !== null && total > shown
            ? `${counted(total, 'line')}, the newest ${shown.toLocaleString('en-GB')} are shown`
            : counted(shown, 'line')}
      {logs.searchedBackTo !== null
        ? ', the search took too long and is not whole'
        : logs.hasOlder && !(total !== null && total > shown) && ', older ones are not shown'}
      {logs.skipped > 0 && ', some between are left out because too many came at once'}
      {logs.cameHidden > 0 && `, ${logs.cameHidden.toLocaleString('en-GB')} came while the page was hidden`}
    </p>
  )
}

function Columns({ search, onColumns }: { search: LogSearch; onColumns: (names: readonly string[]) => void }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>Columns</Button>
      {isOpen && (
        <ColumnsSheet
          search={search}
          columns={columnsIn(search)}
          onColumns={onColumns}
          onClose={() => setOpen(false)}
        />
      )}
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
