import { createHash } from 'node:crypto'
import { ledgerText } from '@gantry/core'
import * as z from 'zod'

/** What the chain is made of. The rest of a row is whatever the Gantry that wrote it wrote. */
export const ChainedRow = z.looseObject({ seq: z.int(), previousHash: z.string(), hash: z.string() })
export type ChainedRow = z.output<typeof ChainedRow>

/** Number of the first act that does not follow from the one before it, or null. Rows are oldest first. */
export function firstBreak(rows: readonly ChainedRow[]): number | null {
  let former: ChainedRow | undefined
  for (const row of rows) {
    const { hash, ...rest } = row
    const isNext = row.seq === (former?.seq ?? 0) + 1 && row.previousHash === (former?.hash ?? '')
    if (!isNext || createHash('sha256').update(ledgerText(rest)).digest('hex') !== hash) return row.seq
    former = row
  }
  return null
}
