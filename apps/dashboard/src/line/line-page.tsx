import type { Line } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { queries } from '../api/queries.ts'
import { LedgerSentence } from '../ledger/ledger-sentence.tsx'
import { useLive } from '../live/live.ts'
import { RollbackPlanDialog } from '../release/rollback-plan-dialog.tsx'
import { useSeconds } from '../ui/now.ts'
import { Page } from '../ui/page.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { When } from '../ui/when.tsx'
import { FirstSteps } from './first-steps.tsx'
import { LineStrips } from './line-strips.tsx'
import { TheLine } from './the-line.tsx'

const staleAfterMs = 60_000

/** The first screen: what waits for a person, what runs where, and what was done last. */
export function LinePage() {
  const query = useQuery(queries.line())
  const live = useLive()
  const now = useSeconds()
  const isStale = live.state === 'lost' && now - query.dataUpdatedAt > staleAfterMs
  return (
    <Page title="The line">
      <Loaded query={query} rows={8}>
        {line => <LineParts line={line} isStale={isStale} />}
      </Loaded>
    </Page>
  )
}

function LineParts({ line, isStale }: { line: Line; isStale: boolean }) {
  const [rollingBack, setRollingBack] = useState<string | null>(null)
  return (
    <>
      <LineStrips line={line} />
      <FirstSteps line={line} />
      {line.services.length > 0 && <TheLine line={line} isStale={isStale} onRollBack={setRollingBack} />}
      <Recent line={line} />
      {rollingBack && <RollbackPlanDialog environment={rollingBack} onClose={() => setRollingBack(null)} />}
    </>
  )
}

function Recent({ line }: { line: Line }) {
  if (line.recent.length === 0) return null
  const all = (
    <Link to="/ledger" className="link">
      All in the ledger
    </Link>
  )
  return (
    <Panel title="Done last" flush aside={all}>
      <ul>
        {line.recent.slice(0, 6).map(row => (
          <li key={row.seq} className="row flex flex-wrap items-center gap-x-3 border-edge border-b px-3 last:border-0">
            <span className="w-20 text-muted">
              <When at={row.at} />
            </span>
            <span className="min-w-0 flex-1">
              <LedgerSentence row={row} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
