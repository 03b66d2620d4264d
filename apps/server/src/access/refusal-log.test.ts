import { GantryError } from '@gantry/core'
import { expect, test } from 'vitest'
import { personCaller } from './caller.ts'
import { createRefusalLog } from './refusal-log.ts'

const person = (id: string, role: 'viewer' | null) =>
  personCaller({ id, name: id, email: null, isServerOwner: false }, `session of ${id}`, role)
const why = new GantryError('FORBIDDEN', 'no')

test('the same refusal is written once a minute, for each who is refused and each act', async () => {
  const rows: unknown[] = []
  let at = 1_000_000
  const log = createRefusalLog(
    { write: async (project, act) => void rows.push([project, act.actor, act.subject]) },
    () => new Date(at),
  )
  const refuse = (id: string, route: string) => log.heard({ caller: person(id, 'viewer'), project: 'shop', route, why })
  for (let n = 0; n < 5; n++) await refuse('ana', 'POST /a')
  await refuse('ben', 'POST /a')
  await refuse('ana', 'POST /b')
  at += 59_999
  await refuse('ana', 'POST /a')
  expect(rows).toEqual([
    ['shop', 'ana', 'POST /a'],
    ['shop', 'ben', 'POST /a'],
    ['shop', 'ana', 'POST /b'],
  ])
  at += 1
  await refuse('ana', 'POST /a')
  expect(rows).toHaveLength(4)
})

test('who does not belong to a project writes nothing into its ledger', async () => {
  const rows: unknown[] = []
  const log = createRefusalLog(
    { write: async (project, act) => void rows.push([project, act.evidence]) },
    () => new Date(),
  )
  await log.heard({ caller: person('eve', null), project: 'shop', route: 'POST /a', why })
  await log.heard({
    caller: { kind: 'program', name: 't', tokenId: 't', project: 'blog', scopes: [] },
    project: 'shop',
    route: 'POST /a',
    why,
  })
  expect(rows).toEqual([
    [null, { kind: 'person', why: 'no', project: 'shop' }],
    [null, { kind: 'program', why: 'no', project: 'shop' }],
  ])
})
