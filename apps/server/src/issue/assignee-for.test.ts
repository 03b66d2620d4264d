import type { ErrorEvent, Member } from '@gantry/core'
import { expect, test } from 'vitest'
import { assigneeFinder } from './assignee-for.ts'

const member = (id: string, name: string, email: string | null): Member => ({
  ...{ id, name, email, role: 'developer', since: '2026-11-28T10:00:00.000Z' },
})
const members = async () => [member('p1', 'Mira', 'mira@shop.example'), member('p2', 'joe', null)]
const change = (author: string) => ({ sha: 'a', title: 't', author, at: '2026-11-28T10:00:00.000Z' })
const both = ['code-owners', 'suspect-commit'] as ('code-owners' | 'suspect-commit')[]
const find = (owners: string[], author: string | null, by = both) =>
  assigneeFinder({ members, located: async () => ({ owners, lastChange: author === null ? null : change(author) }) })(
    {} as ErrorEvent,
    by,
  )

test('an owner comes before whoever changed the file last', async () => {
  expect(await find(['@joe'], 'Mira <mira@shop.example>')).toEqual({ person: 'p2', name: 'joe', why: 'code-owners' })
  expect(await find(['@shop/web', '@joe'], null)).toEqual({ person: null, name: '@shop/web', why: 'code-owners' })
  expect(await find(['MIRA@shop.example'], null)).toMatchObject({ person: 'p1' })
})

test('who changed it last is known by the mail address of the commit, else stands there by name', async () => {
  expect(await find([], 'M. M. <mira@shop.example>')).toEqual({ person: 'p1', name: 'Mira', why: 'suspect-commit' })
  expect(await find([], 'Zoe <zoe@shop.example>')).toEqual({ person: null, name: 'Zoe', why: 'suspect-commit' })
})

test('asks for nothing that the config does not want', async () => {
  expect(await find(['@joe'], 'Zoe', ['suspect-commit'])).toMatchObject({ name: 'Zoe' })
  expect(await find(['@joe'], null, ['suspect-commit'])).toBeNull()
  expect(await find([], 'Zoe', ['code-owners'])).toBeNull()
})
