import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withStore } from './pnpm-store.ts'

test.each([
  [false, "the person's store, which is warm"],
  [true, 'a store of their own, for what one slips into it the person would run'],
])('jobs of strangers: %s: pnpm uses %s', isOfStrangers => {
  const machine = mkdtempSync(join(tmpdir(), 'gantry-store-'))
  const store = join(machine, 'home/.local/share/pnpm/store')
  const kept = join(machine, 'kept')
  for (const folder of [store, kept]) mkdirSync(folder, { recursive: true })
  const settings = withStore(new Map(), { HOME: join(machine, 'home') }, machine, kept, isOfStrangers)
  expect(settings.get('.config/pnpm/rc')).toBe(`store-dir=${isOfStrangers ? join(kept, 'pnpm-store') : store}\n`)
})
