import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServiceLine } from '@gantry/core'
import { openDayFiles } from '@gantry/lines'
import type { FormerLines } from '@gantry/store'
import { expect, test } from 'vitest'
import { moveLines } from './move-lines.ts'

const line = (number: number): ServiceLine => ({
  ...{ id: `L${String(number).padStart(4, '0')}`, project: 'shop', environment: 'production', release: null },
  ...{ service: 'web', at: new Date(Date.UTC(2026, 2, 1, 12, 0, number)).toISOString(), level: 'info' },
  ...{ message: `m${number}`, trace: null, fields: {} },
})

/** Rows of a table, of which two at a time are handed over. Fails at that removal, as of a server that is killed there. */
function table(rows: ServiceLine[], failsAt = 0): FormerLines & { left(): ServiceLine[] } {
  let removals = 0
  const newest = (project: string) =>
    rows.filter(row => row.project === project).toSorted((a, b) => (a.id < b.id ? 1 : -1))
  return {
    count: async () => rows.length,
    newest: async project => newest(project).slice(0, 2),
    async remove(_project, gone) {
      if (++removals === failsAt) throw new Error('killed')
      for (const { id } of gone)
        rows.splice(
          rows.findIndex(row => row.id === id),
          1,
        )
    },
    left: () => rows,
  }
}

test('lines of before are moved newest first, once, and a move that was cut off goes on', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-move-'))
  const dayFiles = openDayFiles({ dir, folderOf: project => join(dir, project), now: () => new Date() })
  const rows = [0, 1, 2, 3, 4].map(line)
  const said: string[] = []
  let now = 0
  const move = (former: FormerLines, signal = new AbortController().signal) =>
    moveLines({
      ...{ former, movedTo: dayFiles, signal, projects: ['shop', 'empty'], say: text => void said.push(text) },
      now() {
        now += 11_000
        return new Date(now)
      },
    })
  const found = async () => (await dayFiles.search('shop', { term: null })).lines.map(({ message }) => message)
  await expect(move(table(rows, 2))).rejects.toThrow('killed')
  expect(await found()).toEqual(['m1', 'm2', 'm3', 'm4'])
  expect(rows).toHaveLength(3)
  await move(table(rows), AbortSignal.abort())
  expect(rows).toHaveLength(3)
  await move(table(rows))
  expect(await found()).toEqual(['m0', 'm1', 'm2', 'm3', 'm4'])
  expect(rows).toEqual([])
  expect(said.at(-1)).toBe('moved 3 of 3 log lines: they are where new ones go')
  expect(said).toContain('moved 2 of 3 log lines')
  said.length = 0
  await move(table(rows))
  expect(said).toEqual([])
  await dayFiles.close()
  await rm(dir, { recursive: true, force: true })
})
