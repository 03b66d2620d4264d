import { withShortShas } from '@gantry/core'
import { LedgerRow } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { connectProject } from '../api/connect.ts'
import { listIn, query } from '../api/read.ts'
import { defineCommand } from '../command/command.ts'
import { firstBreak } from '../ledger/first-break.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, table } from '../terminal/table.ts'

const pageRows = 500

export const command = defineCommand({
  isOfProject: true,
  options: [
    { flags: '--verify', text: 'compute every hash anew, here; exits 1 when the chain is broken' },
    { flags: '-n, --limit <count>', text: 'how many acts, newest first', default: '30' },
  ],
  examples: ['ledger --verify', 'ledger -n 5 --json'],
  async run(call, host) {
    const output = outputOf(call, host)
    const api = connectProject(call, host)
    if (call.flag('verify')) {
      const rows = await allRows(api)
      const brokenAt = firstBreak(rows)
      output.json({ rows: rows.length, whole: brokenAt === null, brokenAt })
      output.print(
        brokenAt === null ? `${rows.length} acts, the chain is whole` : `the chain is broken at act ${brokenAt}`,
      )
      return brokenAt === null ? 0 : 1
    }
    const rows = await page(api, { limit: call.int('limit', { min: 1, max: pageRows }) ?? pageRows })
    output.json({ rows })
    const head = ['act', 'at', 'who', 'what', 'subject', 'reason']
    const cells = rows.map(row => [
      String(row.seq),
      row.at.slice(0, 19),
      row.actor,
      row.action,
      cut(withShortShas(row.subject), 40),
      cut(row.reason ?? '', 60),
    ])
    output.print(table(head, cells).trimEnd() || 'no act yet')
    return 0
  },
})

const page = (api: Api, asked: { limit: number; before?: number | undefined }): Promise<LedgerRow[]> =>
  api.get(`/ledger${query(asked)}`, listIn('rows', LedgerRow))

/** Oldest first. */
async function allRows(api: Api): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = []
  for (;;) {
    const older = await page(api, { limit: pageRows, before: rows.at(-1)?.seq })
    rows.push(...older)
    if (older.length < pageRows) return rows.reverse()
  }
}
