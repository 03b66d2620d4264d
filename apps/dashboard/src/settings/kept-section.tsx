import type { KeptView } from '@gantry/core/api'
import { spokenSize } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Loaded, Panel } from '../ui/panel.tsx'
import { When } from '../ui/when.tsx'
import { settingQueries } from './setting-acts.ts'

type Kind = KeptView['kinds'][number]
type Deletion = KeptView['deletions'][number]

/** How much is kept of each kind, for how long, and what went. The limits stand in the repository. */
export function KeptSection() {
  const query = useQuery(settingQueries.kept())
  return (
    <Loaded query={query}>
      {({ kinds, deletions, at }) => (
        <>
          <Panel
            title="What is kept"
            flush
            aside={
              <span className="text-12 text-muted">
                counted <When at={at} />
              </span>
            }
          >
            <Rows label="What is kept" columns={['', 'Since', 'Count', 'Size', 'Limit']}>
              {kinds.map(kind => (
                <KindRow key={kind.kind} of={kind} />
              ))}
            </Rows>
            <p className="border-edge border-t px-3 py-2 text-12 text-muted">
              Limits stand in <code>gantry.config.ts</code>, below <code>keep</code>. The size of events holds for all
              that came beside them together. Issues, releases, deployments, incidents and the ledger are kept for ever.
            </p>
          </Panel>
          <Panel title="What went" flush>
            {deletions.length === 0 ? (
              <p className="px-3 py-2 text-muted">Nothing was deleted yet.</p>
            ) : (
              <Rows label="What went" columns={['', 'Of', 'Count', 'Size', 'Why', 'Deleted']}>
                {deletions.map(deletion => (
                  <DeletionRow key={`${deletion.kind} ${deletion.day}`} of={deletion} />
                ))}
              </Rows>
            )}
          </Panel>
        </>
      )}
    </Loaded>
  )
}

const names: Record<Kind['kind'], string> = {
  lines: 'Log lines',
  events: 'Events',
  attachments: 'Attachments',
  spans: 'Spans and transactions',
  sessions: 'Sessions',
  items: 'Feedback and the rest',
  checks: 'Results of monitors',
  traffic: 'Counts of requests',
  runs: 'Runs with output',
  notices: 'Notices',
}

/** Numbers stand on the right, under each other; on a phone each row is a few lines. */
function Rows({ label, columns, children }: { label: string; columns: readonly string[]; children: ReactNode }) {
  return (
    <table aria-label={label} className="w-full text-left max-md:block">
      <thead className="max-md:sr-only">
        <tr className="border-edge border-b text-muted">
          {columns.map(column => (
            <th key={column} scope="col" className={`px-3 py-1 font-normal ${isNumber(column) ? 'text-right' : ''}`}>
              {column || <span className="sr-only">What</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-md:block">{children}</tbody>
    </table>
  )
}

const isNumber = (column: string): boolean => column === 'Count' || column === 'Size'

const rowClass =
  'border-edge border-b last:border-0 max-md:flex max-md:flex-wrap max-md:gap-x-3 max-md:px-3 max-md:py-1.5'
const cellClass = 'px-3 py-1.5 max-md:p-0'
const headClass = `${cellClass} font-semibold max-md:w-full`
const numberClass = `${cellClass} whitespace-nowrap text-right tabular-nums`

function KindRow({ of: { kind, count, bytes, since, keptFor, size, isExported } }: { of: Kind }) {
  return (
    <tr className={rowClass}>
      <th scope="row" className={headClass}>
        {names[kind]}
      </th>
      <td className={cellClass}>
        {since === null ? (
          <span className="text-muted">none yet</span>
        ) : (
          <>
            <OnPhone>since </OnPhone>
            {day(since)}
          </>
        )}
      </td>
      <td className={numberClass}>{count.toLocaleString('en-GB')}</td>
      <td className={numberClass}>{bytes === null ? <NotKnown /> : spokenSize(bytes)}</td>
      <td className={cellClass}>
        <OnPhone>for </OnPhone>
        {keptFor}
        {size !== null && `, at most ${size}`}
        {isExported && ', exported before it goes'}
      </td>
    </tr>
  )
}

function DeletionRow({ of: { kind, day: of, count, bytes, why, exports, at } }: { of: Deletion }) {
  return (
    <tr className={rowClass}>
      <th scope="row" className={headClass}>
        {names[kind]}
        {exports.map(key => (
          <code key={key} className="block break-all font-normal text-12 text-muted">
            written to {key}
          </code>
        ))}
      </th>
      <td className={cellClass}>
        <OnPhone>of </OnPhone>
        {of}
      </td>
      <td className={numberClass}>{count.toLocaleString('en-GB')}</td>
      <td className={numberClass}>{bytes === null ? <NotKnown /> : spokenSize(bytes)}</td>
      <td className={cellClass}>{why === 'age' ? 'too old' : 'too much'}</td>
      <td className={cellClass}>
        <OnPhone>deleted </OnPhone>
        <When at={at} />
      </td>
    </tr>
  )
}

/** Where no heading of a column says it. */
const OnPhone = ({ children }: { children: ReactNode }) => <span className="text-muted md:hidden">{children}</span>

const NotKnown = () => (
  <span className="text-muted" title="its size is not counted">
    –
  </span>
)

const day = (instant: string): string => instant.slice(0, 10)
