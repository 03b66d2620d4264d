import { type Assignee, type ErrorEvent, GantryError, type Issue, type IssueAct, type UntoldTurn } from '@gantry/core'
import { expect, test } from 'vitest'
import { IssueAssigner, type IssueAssignerParts } from './issue-assigner.ts'

const turn = (number: number) =>
  ({
    act: `${number}`,
    kind: 'new',
    at: '2026-11-28T10:00:00.000Z',
    event: `e${number}`,
    issue: { id: `i${number}`, number },
  }) as UntoldTurn
const mira: Assignee = { person: 'mira', name: 'Mira', why: 'code-owners' }

interface Case {
  issue?: Partial<Issue>
  acts?: Partial<IssueAct>[]
  change?: () => Promise<void>
  /** Carried out while git looks who wrote it. */
  meanwhile?: (stored: { issue: Partial<Issue>; acts: Partial<IssueAct>[] }) => void
}

/** What was done to one new issue, in order. */
async function assigned({ issue = {}, acts = [], change = async () => {}, meanwhile }: Case, turns = [turn(1)]) {
  const done: string[] = []
  const stored = { issue: { assignee: null, version: 7, ...issue }, acts }
  const assigner = new IssueAssigner({
    project: 'shop',
    store: {
      issues: {
        event: async (_project: string, id: string) => ({ event: { id } as ErrorEvent }),
        get: async (_project: string, id: string) => ({ id, ...stored.issue }),
      },
      issueLife: {
        acts: async () => stored.acts,
        async change(_project: string, [id]: string[], _request: object, _who: object, version?: number) {
          done.push(`${id} at version ${version}`)
          await change()
        },
      },
    },
    live: { tell: ({ key }: { key: string }) => void done.push(`live ${key}`) },
    assigneeFor: async () => {
      meanwhile?.(stored)
      return mira
    },
    onError: (cause: unknown) => void done.push(`error ${(cause as Error).message}`),
  } as unknown as IssueAssignerParts)
  assigner.add(turns, ['code-owners'])
  assigner.add([turn(99)], [])
  await assigner.drained()
  return done
}

test('assigns a new issue to who looks after it', async () => {
  expect(await assigned({})).toEqual(['i1 at version 7', 'live 1'])
  const flood = Array.from({ length: 30 }, (_, index) => turn(index))
  expect(await assigned({}, flood)).toHaveLength(40)
})

test('leaves an issue to whom a person gave it, and to nobody where a person said so', async () => {
  expect(await assigned({ issue: { assignee: { ...mira, why: 'by-hand' } } })).toEqual([])
  expect(await assigned({ acts: [{ kind: 'assigned', by: 'Ana' }] })).toEqual([])
  expect(await assigned({ meanwhile: ({ acts }) => void acts.push({ kind: 'assigned', by: 'Ana' }) })).toEqual([])
  expect(await assigned({ meanwhile: ({ issue }) => void Object.assign(issue, { id: 'i9' }) })).toEqual([])
  const taken = async () => {
    throw new GantryError('CONFLICT', 'issue 1 was changed meanwhile')
  }
  expect(await assigned({ change: taken })).toEqual(['i1 at version 7'])
})

test('goes on with the others when one could not be assigned', async () => {
  let tries = 0
  const broken = async () => {
    if (tries++ === 0) throw new Error('no connection')
  }
  expect(await assigned({ change: broken }, [turn(1), turn(2)])).toEqual([
    'i1 at version 7',
    'error no connection',
    'i2 at version 7',
    'live 2',
  ])
})
