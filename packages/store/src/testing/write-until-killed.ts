/** Run as a process of its own: writes ledger rows for ever and prints the number of each once it is acknowledged. */
import { openDatabase } from '../database/database.ts'
import { storeOn } from '../store.ts'

const [, , dir = '', templateDir = ''] = process.argv
const { ledger } = storeOn(await openDatabase({ kind: 'embedded', dir, templateDir }))
for (;;) {
  const at = new Date().toISOString()
  const act = { at, actor: 'mira', action: 'deployment.requested', subject: 'd', reason: null } as const
  const { seq } = await ledger.append({ project: 'crash', ...act, evidence: {} })
  process.stdout.write(`${seq}\n`)
}
