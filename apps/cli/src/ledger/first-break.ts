import { createHash } from 'node:crypto'
import { ledgerText } from '@gantry/core'
import type { LedgerRow } from '@gantry/core/api'

/** Number of the first act that does not follow from the one before it, or null. Rows are oldest first. */
export function firstBreak(rows: readonly LedgerRow[]): number | null {
  let former: LedgerRow | undefined
  for (const row of rows) {
    const { hash, ...rest } = row
    const isNext = row.seq === (former?.seq ?? 0) + 1 && row.previousHash === (former?.hash ?? '')
    if (!isNext || createHash('sha256').update(ledgerText(rest)).digest('hex') !== hash) return row.seq
    former = row
  }
  return null
}
