import type { LedgerRow } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { Command } from '../ui/command.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded, Panel } from '../ui/panel.tsx'
import { StateMark } from '../ui/state-mark.tsx'
import { When } from '../ui/when.tsx'
import { chainFace, evidenceText } from './ledger-facts.ts'
import { LedgerSentence } from './ledger-sentence.tsx'

/** Every act, who did it and why; each row is chained to the one before. */
export function LedgerPage() {
  const { before } = useSearch({ from: '/ledger' })
  const query = useQuery(queries.ledger(before ? Number(before) : undefined))
  return (
    <Page title="Ledger">
      <Panel title="Acts" flush aside={query.data && <StateMark face={chainFace(query.data)} />}>
        <Loaded query={query} rows={12}>
          {({ rows }) => (rows.length === 0 ? <Nothing isFirst={!before} /> : <Rows rows={rows} before={before} />)}
        </Loaded>
      </Panel>
    </Page>
  )
}

function Nothing({ isFirst }: { isFirst: boolean }) {
  if (!isFirst) return <Empty>Nothing is older than this.</Empty>
  return (
    <Empty>
      Nothing was done yet: the ledger fills with the first release.
      <Command text="git push gantry HEAD:my-branch" />
    </Empty>
  )
}

function Rows({ rows, before }: { rows: LedgerRow[]; before: string | undefined }) {
  const oldest = rows.at(-1)?.seq ?? 1
  return (
    <>
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Acts, scrollable">
        <table className="w-full min-w-[640px]">
          <caption className="sr-only">Acts, newest first</caption>
          <thead className="text-12 text-muted">
            <tr className="border-edge border-b">
              {['No.', 'When', 'Act and reason', 'Hash'].map(name => (
                <th key={name} scope="col" className="px-3 py-1.5">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(row => (
              <Row key={row.seq} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      <nav aria-label="Pages of the ledger" className="flex gap-4 border-edge border-t px-3 py-2">
        {before && (
          <Link to="/ledger" className="link">
            Newest
          </Link>
        )}
        {oldest > 1 && (
          <Link to="/ledger" search={{ before: String(oldest) }} className="link">
            Older
          </Link>
        )}
      </nav>
    </>
  )
}

function Row({ row }: { row: LedgerRow }) {
  const evidence = evidenceText(row.evidence)
  return (
    <tr className="border-edge border-b align-top last:border-0">
      <th scope="row" className="px-3 py-1.5 font-normal text-muted">
        {row.seq}
      </th>
      <td className="px-3 py-1.5">
        <When at={row.at} />
      </td>
      <td className="min-w-40 break-words px-3 py-1.5">
        <LedgerSentence row={row} />
        {evidence && <span className="block text-12 text-muted">{evidence}</span>}
      </td>
      <td className="px-3 py-1.5">
        <code className="text-muted" data-tip={`${row.hash}\nafter ${row.previousHash}`}>
          {row.hash.slice(0, 8)}
        </code>
      </td>
    </tr>
  )
}
