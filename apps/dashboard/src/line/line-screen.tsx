import type { Line } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { queries } from '../api/queries.ts'
import { LedgerSentence } from '../ledger/ledger-sentence.tsx'
import { useLive } from '../live/live.ts'
import { PromotionDialog } from '../release/promotion-dialog.tsx'
import { RollbackDialog } from '../release/rollback-dialog.tsx'
import { useSeconds } from '../ui/now.ts'
import { Page } from '../ui/page.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { When } from '../ui/when.tsx'
import { FirstSteps } from './first-steps.tsx'
import { LineBanners } from './line-banners.tsx'
import { LineTable } from './line-table.tsx'

/** What a person is about to do from the line; kept by id, so that the dialog always shows the newest state. */
export type Intent = { kind: 'promote'; promotion: string } | { kind: 'roll-back'; environment: string } | null

const staleAfterMs = 60_000

export function LineScreen() {
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
  const [intent, setIntent] = useState<Intent>(null)
  const isEmpty = line.cells.every(({ release }) => release === null)
  return (
    <>
      <LineBanners line={line} onIntent={setIntent} />
      {line.services.length > 0 && <LineTable line={line} isStale={isStale} onIntent={setIntent} />}
      {isEmpty && <FirstSteps line={line} />}
      <Recent line={line} />
      <Dialogs line={line} intent={intent} onClose={() => setIntent(null)} />
    </>
  )
}

function Recent({ line }: { line: Line }) {
  if (line.recent.length === 0) return null
  return (
    <Panel
      title="What people and Gantry did"
      flush
      aside={
        <Link to="/ledger" className="link">
          All in the ledger
        </Link>
      }
    >
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

function Dialogs({ line, intent, onClose }: { line: Line; intent: Intent; onClose: () => void }) {
  const wanted = intent?.kind === 'promote' ? intent.promotion : null
  const promotion = line.promotions.find(({ id }) => id === wanted)
  const environment = intent?.kind === 'roll-back' ? intent.environment : null
  return (
    <>
      {promotion && (
        <PromotionDialog
          promotion={promotion}
          hold={line.environments.find(({ name }) => name === promotion.environment)?.hold ?? null}
          onClose={onClose}
        />
      )}
      {environment && <RollbackDialog environment={environment} onClose={onClose} />}
    </>
  )
}
