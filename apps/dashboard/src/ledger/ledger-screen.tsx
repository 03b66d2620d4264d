import type { LedgerRow } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/panel.tsx'
import { StateMark } from '../ui/state-mark.tsx'
import { day } from '../ui/time.ts'
import { At } from '../ui/when.tsx'
import { LedgerSentence } from './ledger-sentence.tsx'

const route = getRouteApi('/ledger')
const whole = { role: 'ok', icon: 'check', word: 'The chain is whole' } as const
const broken = { role: 'bad', icon: 'octagon', word: 'The chain is broken' } as const

export function LedgerScreen() {
  const { before, seq } = route.useSearch()
  // A row that is named comes first.
  const first = seq ? Number(seq) + 1 : before ? Number(before) : undefined
  const query = useQuery(queries.ledger(first))
  return (
    <Page
      title="Ledger"
      aside={
        query.data && (
          <>
            <StateMark face={query.data.whole ? whole : broken} />
            {query.data.brokenAt != null && <span className="text-bad">at row {query.data.brokenAt}</span>}
          </>
        )
      }
    >
      <p className="text-muted">
        Every deployment, approval, rollback and override, each chained to the one before by its hash.
      </p>
      <Loaded query={query} rows={14}>
        {({ rows }) => <Rows rows={rows} isFirst={first === undefined} named={seq ? Number(seq) : null} />}
      </Loaded>
    </Page>
  )
}

function Rows({ rows, isFirst, named }: { rows: LedgerRow[]; isFirst: boolean; named: number | null }) {
  if (rows.length === 0) return <Empty>Nothing was done yet. The first release writes the first row.</Empty>
  const days = [...Map.groupBy(rows, ({ at }) => at.slice(0, 10))]
  const last = rows.at(-1)
  return (
    <>
      <div className="overflow-x-auto rounded-8 border border-edge bg-surface">
        <table className="w-full">
          <caption className="sr-only">Acts, newest first, times in UTC</caption>
          <thead className="max-md:sr-only">
            <tr className="border-edge border-b text-muted [&>th]:px-3 [&>th]:py-1.5 [&>th]:font-normal">
              <th scope="col">UTC</th>
              <th scope="col">act</th>
              <th scope="col">row</th>
              <th scope="col">hash</th>
            </tr>
          </thead>
          {days.map(([date, group]) => (
            <tbody key={date}>
              <tr className="border-edge border-b bg-page">
                <th scope="rowgroup" colSpan={4} className="px-3 py-1 font-normal text-12 text-muted">
                  {day(`${date}T00:00:00Z`)}
                </th>
              </tr>
              {group.map(row => (
                <Row key={row.seq} row={row} isNamed={row.seq === named} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
      <p className="flex gap-4">
        {!isFirst && (
          <Link to="/ledger" className="link">
            Newest
          </Link>
        )}
        {last && last.seq > 1 && (
          <Link to="/ledger" search={{ before: String(last.seq) }} className="link">
            Older rows
          </Link>
        )}
      </p>
    </>
  )
}

function Row({ row, isNamed }: { row: LedgerRow; isNamed: boolean }) {
  return (
    <tr
      {...(isNamed && { 'aria-current': true })}
      className="border-edge border-b last:border-0 aria-[current=true]:bg-waiting-tint max-md:flex max-md:flex-wrap max-md:gap-x-3 max-md:px-3 max-md:py-1.5 md:[&>td]:px-3 md:[&>td]:py-1.5"
    >
      <td className="w-24 text-muted">
        <At at={row.at} />
      </td>
      <td className="max-md:order-last max-md:w-full">
        <LedgerSentence row={row} />
      </td>
      <td className="w-16 text-muted">{row.seq}</td>
      <td className="w-28">
        <code className="text-muted">{row.hash.slice(0, 12)}</code>
      </td>
    </tr>
  )
}
