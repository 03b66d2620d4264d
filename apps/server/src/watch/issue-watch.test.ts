import { type ErrorEvent, GantryError, type Issue, type Project, type UntoldTurn } from '@gantry/core'
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
const mira = { person: 'mira', name: 'Mira', why: 'code-owners' } as const

interface Case {
  turns: UntoldTurn[]
  toldLately?: number
  wake?: () => Promise<number[]>
  change?: () => Promise<Issue[]>
}

/** One look, and what was done in it, in order. */
async function looked({ turns, toldLately = 0, wake = async () => [], change = async () => [] }: Case) {
  const done: string[] = []
  const parts = {
    store: {
      issues: {
        event: async (_project: string, id: string) => ({ event: { id } as ErrorEvent }),
        get: async (_project: string, id: string) => ({ id, assignee: null, version: 7 }),
      },
      issueLife: {
        ...{ wake, nextWake: async () => null, untold: async () => turns, toldSince: async () => toldLately },
        async tell(_project: string, told: { act: string }[]) {
          done.push(`told ${told.length}`)
          return true
        },
        async change(_project: string, [id]: string[], _request: object, _who: object, version?: number) {
          done.push(`assigned ${id} at version ${version}`)
          return change()
        },
      },
    },
    project: async () =>
      ({ name: 'shop', config: { routes: [{ to: [{ type: 'slack', name: 'dev' }] }] } }) as unknown as Project,
    live: { tell: ({ key }: { key: string }) => void done.push(`live ${key}`) },
    assigneeFor: async () => mira,
    ...{ now: () => at, pages: () => 'http://gantry/p/shop' },
    onNotices: () => void done.push('notices'),
    onError: (cause: unknown) => void done.push(`error ${(cause as Error).message}`),
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

test('tells of an issue before it is assigned, and leaves one that a person took meanwhile to that person', async () => {
  expect((await looked({ turns: [turn(1)] })).done).toEqual(['told 1', 'notices', 'assigned i1 at version 7', 'live 1'])
  const taken = async () => {
    throw new GantryError('CONFLICT', 'issue 1 was changed meanwhile')
  }
  expect((await looked({ turns: [turn(1)], change: taken })).done.slice(2)).toEqual(['assigned i1 at version 7'])
  const broken = async () => {
    throw new Error('no connection')
  }
  expect((await looked({ turns: [turn(1)], change: broken })).done.slice(3)).toEqual(['error no connection'])
})

test('tells of issues though none can be woken, and looks again at once when one was', async () => {
  const wake = async () => {
    throw new Error('a time out of range')
  }
  const { done, next } = await looked({ turns: [turn(1)], wake })
  expect([done[0], next]).toEqual(['told 1', new Error('a time out of range')])
  expect(await looked({ turns: [], wake: async () => [3] })).toEqual({ done: ['live 3'], next: at })
})
