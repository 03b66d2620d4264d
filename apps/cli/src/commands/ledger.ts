import { readFile, writeFile } from 'node:fs/promises'
import { withShortShas } from '@gantry/core'
import { LedgerRow } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { connectProject } from '../api/connect.ts'
import { listIn, query } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand, type ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import { ChainedRow, firstBreak } from '../ledger/first-break.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, table } from '../terminal/table.ts'

const pageRows = 500
const actions = actionsOf({ list, verify, export: exportRows })

export const command = defineCommand({
  isOfProject: true,
  arguments: [
    actions.argument,
    { name: '[file]', text: 'export: where to; without one it is printed. verify: an export, instead of the server' },
  ],
  options: [{ flags: '-n, --limit <count>', text: 'list: how many acts, newest first', default: '30' }],
  details: `\`verify\` computes every hash anew, here, and exits 1 when the chain is broken. \`export\` writes an act a line, as JSON, oldest
first. Keep the last hash that \`verify\` prints elsewhere: whoever cuts off the end of a chain cannot hide it from that.`,
  examples: ['ledger -n 5 --json', 'ledger verify', 'ledger export acts.jsonl', 'ledger verify acts.jsonl'],
  run: actions.run,
})

async function list(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const limit = call.int('limit', { min: 1, max: pageRows }) ?? pageRows
  const rows = await page(connectProject(call, host), { limit })
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
}

async function verify(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const file = call.text('file')
  const rows = file === undefined ? await allRows(connectProject(call, host)) : await rowsIn(file)
  const brokenAt = firstBreak(rows)
  const head = rows.at(-1)?.hash ?? null
  output.json({ rows: rows.length, whole: brokenAt === null, brokenAt, head })
  output.print(
    brokenAt === null
      ? `${rows.length} acts, the chain is whole${head === null ? '' : `; the last hash is ${head}`}`
      : `the chain is broken at act ${brokenAt}`,
  )
  return brokenAt === null ? 0 : 1
}

async function exportRows(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const rows = await allRows(connectProject(call, host))
  const file = call.text('file')
  const text = rows.map(row => `${JSON.stringify(row)}\n`).join('')
  if (file !== undefined) await writeFile(file, text, { mode: 0o600 })
  output.json(file === undefined ? { rows } : { rows: rows.length, file })
  output.print(file === undefined ? text.trimEnd() : `${rows.length} acts in ${file}`)
}

/** @throws CalledWrongly when the file is no export */
async function rowsIn(file: string): Promise<ChainedRow[]> {
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new CalledWrongly(`expected an export in ${file}: ${cause.message}`)
  })
  return text
    .split('\n')
    .filter(Boolean)
    .map((line, at) => {
      const { data } = ChainedRow.safeParse(jsonIn(line))
      if (data) return data
      throw new CalledWrongly(`${file}, line ${at + 1}: expected an act as JSON`, 'See `gantry ledger export`.')
    })
}

function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

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
