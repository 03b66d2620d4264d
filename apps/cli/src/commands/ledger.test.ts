import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ledgerText } from '@gantry/core'
import type { LedgerRow } from '@gantry/core/api'
import { expect, it } from 'vitest'
import { at } from '../testing/samples.ts'
import { typed } from '../testing/test-host.ts'
import { testServer } from '../testing/test-server.ts'

function chain(length: number): LedgerRow[] {
  const rows: LedgerRow[] = []
  for (let seq = 1; seq <= length; seq += 1) {
    const row = {
      seq,
      project: 'p',
      at,
      actor: 'Ada',
      action: 'promotion.approved' as const,
      subject: '8f3c2a1 → production',
      reason: 'fine',
      evidence: { b: 1, a: 2 },
      previousHash: rows.at(-1)?.hash ?? '',
    }
    rows.push({ ...row, hash: createHash('sha256').update(ledgerText(row)).digest('hex') })
  }
  return rows
}

async function ledgerOf(rows: LedgerRow[]) {
  const { env } = await testServer({
    'GET /api/v1/projects/shop/ledger': ({ query }) => {
      const before = Number(query['before'] ?? Number.POSITIVE_INFINITY)
      const page = rows
        .filter(({ seq }) => seq < before)
        .toReversed()
        .slice(0, Number(query['limit']))
      return { rows: page, whole: true, brokenAt: null }
    },
  })
  return env
}

it('verifies every hash itself, over all pages', async () => {
  const { code, out } = await typed(['ledger', 'verify'], { env: await ledgerOf(chain(1_001)) })
  expect(code).toBe(0)
  expect(out).toMatch(/^1001 acts, the chain is whole; the last hash is [0-9a-f]{64}\n$/)
})

it('finds an act that was changed, and one that was taken out, whatever the server says', async () => {
  const changed = chain(10).map(row => (row.seq === 4 ? { ...row, reason: 'another' } : row))
  const { code, out } = await typed(['ledger', 'verify'], { env: await ledgerOf(changed) })
  expect(code).toBe(1)
  expect(out).toBe('the chain is broken at act 4\n')
  const shorter = chain(10).filter(({ seq }) => seq !== 6)
  const json = await typed(['ledger', 'verify', '--json'], { env: await ledgerOf(shorter) })
  expect(JSON.parse(json.out)).toMatchObject({ rows: 9, whole: false, brokenAt: 7 })
})

it('prints the newest acts', async () => {
  const { out } = await typed(['ledger', '-n', '2'], { env: await ledgerOf(chain(3)) })
  expect(out.split('\n')).toHaveLength(4)
  expect(out).toMatch(/3 +2026-11-23T10:00:00 +Ada +promotion.approved +8f3c2a1 → production +fine/)
})

it('exports an act a line, which is verified without a server, also when a newer Gantry wrote it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-ledger-'))
  try {
    const file = join(dir, 'acts.jsonl')
    expect((await typed(['ledger', 'export', file], { env: await ledgerOf(chain(3)) })).out).toBe(`3 acts in ${file}\n`)
    expect((await typed(['ledger', 'verify', file], {})).code).toBe(0)
    const [first = '', ...others] = (await readFile(file, 'utf8')).split('\n')
    await writeFile(file, [first.replace('Ada', 'Eve'), ...others].join('\n'))
    expect(await typed(['ledger', 'verify', file], {})).toMatchObject({
      code: 1,
      out: 'the chain is broken at act 1\n',
    })
    const newer = { ...JSON.parse(first), action: 'something.new', hash: undefined }
    const hash = createHash('sha256').update(ledgerText(newer)).digest('hex')
    await writeFile(file, JSON.stringify({ ...newer, hash }))
    expect((await typed(['ledger', 'verify', file], {})).code).toBe(0)
    await writeFile(file, 'no act')
    expect(await typed(['ledger', 'verify', file], {})).toMatchObject({ code: 2 })
  } finally {
    await rm(dir, { recursive: true })
  }
})
