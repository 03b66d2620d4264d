import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const task = { release: 'a1', file: 'docs/qa/checklist.md', task: 2 }
const mira = { person: 'Mira', personId: 'mira', at: '2026-03-01T08:00:00.000Z' }

export const checklistRules: Rules = {
  'keeps who ticked a task first, until it is ticked no more': async current => {
    const { checklists } = current.store
    const ticks = async () => [...(await checklists.ticks('shop', task.release, task.file))]
    const both = [checklists.setTick('shop', task, mira), checklists.setTick('shop', task, { ...mira, person: 'Bo' })]
    expect((await Promise.all(both)).filter(Boolean)).toHaveLength(1)
    expect(await checklists.setTick('shop', task, null)).toBe(true)
    expect(await checklists.setTick('shop', task, null)).toBe(false)
    expect(await ticks()).toEqual([])
    expect(await checklists.setTick('shop', task, mira)).toBe(true)
    expect(await ticks()).toEqual([[2, mira]])
  },

  'a tick is for one release and one file': async current => {
    const { checklists } = current.store
    await checklists.setTick('shop', task, mira)
    for (const [project, release, file] of [
      ['blog', 'a1', task.file],
      ['shop', 'b2', task.file],
      ['shop', 'a1', 'other.md'],
    ] as const)
      expect((await checklists.ticks(project, release, file)).size).toBe(0)
  },
}
