import type { LedgerRow } from '@gantry/core/api'
import { PathLink } from '../ui/path-link.tsx'
import { ledgerWords } from './ledger-words.ts'

export function LedgerSentence({ row }: { row: LedgerRow }) {
  const { actor, verb, subject, path } = ledgerWords(row)
  return (
    <span className="break-words">
      <b className="font-semibold">{actor}</b> {verb}{' '}
      {path ? <PathLink path={path}>{subject}</PathLink> : <b className="font-semibold">{subject}</b>}
      {row.reason && <span className="text-muted"> · {row.reason}</span>}
    </span>
  )
}
