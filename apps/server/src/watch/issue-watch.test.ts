import type { Project, UntoldTurn } from '@gantry/core'
import { expect, test } from 'vitest'
import { type IssueWatchParts, watchIssues } from './issue-watch.ts'

const at = new Date('2026-11-28T10:00:00.000Z')
const turn = (number: number): UntoldTurn => ({
  ...{ act: String(number), kind: 'new', at: at.toISOString(), event: `e${number}`, environment: 'production' },
  ...{ service: null, release: null },
  issue: {
    ...{
      id: `i${number}`,
      number,
      title: 'Broken',
      culprit: null,
      level: 'error',
      state: 'open',
      events: 1,
      people: 1,
    },
  },
})

interface Case {
  turns: UntoldTurn[]
  toldLately?: number
  wake?: () => Promise<number[]>
}

/** One look, and what was done in it, in order. */
async function looked({ turns, toldLately = 0, wake = async () => [] }: Case) {
  const done: string[] = []
  const parts = {
    store: {
      issueLife: {
        ...{ wake, nextWake: async () => null, untold: async () => turns, toldSince: async () => toldLately },
        async tell(_project: string, told: { act: string }[]) {
          done.push(`told ${told.length}`)
          return true
        },
      },
    },
    project: async () =>
      ({ name: 'shop', config: { routes: [{ to: [{ type: 'slack', name: 'dev' }] }] } }) as unknown as Project,
    live: { tell: ({ key }: { key: string }) => void done.push(`live ${key}`) },
    assign: (given: UntoldTurn[]) => void done.push(...given.map(({ act }) => `assign ${act}`)),
    ...{ now: () => at, pages: () => 'http://gantry/p/shop' },
    onNotices: () => void done.push('notices'),
  } as unknown as IssueWatchParts
  const next = await watchIssues(parts).catch((cause: Error) => cause)
  return { done, next }
}

test('waits for the digest when there are as many new issues as one look takes', async () => {
  const many = Array.from({ length: 500 }, (_, index) => turn(index))
  expect(await looked({ turns: many, toldLately: 10 })).toEqual({
    done: [],
    next: new Date('2026-11-28T10:10:00.000Z'),
  })
  const { done, next } = await looked({ turns: many, toldLately: 9 })
  expect([done[0], next]).toEqual(['told 1', at])
})

test('has what is new assigned once it is told of', async () => {
  const back = { ...turn(2), kind: 'regressed' as const }
  expect((await looked({ turns: [turn(1), back] })).done).toEqual(['told 2', 'notices', 'assign 1'])
})

test('tells of issues though none can be woken, and looks again at once when one was', async () => {
  const wake = async () => {
    throw new Error('a time out of range')
  }
  const { done, next } = await looked({ turns: [turn(1)], wake })
  expect([done[0], next]).toEqual(['told 1', new Error('a time out of range')])
  expect(await looked({ turns: [], wake: async () => [3] })).toEqual({ done: ['live 3'], next: at })
})
