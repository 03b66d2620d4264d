import type { GitHubConnection, GitHubDelivery, KeptPush } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 8, 0, second)).toISOString()
const connection: GitHubConnection = {
  ...{ repository: 'acme/shop', repositoryId: 1, app: null, hasToken: false },
  ...{ connectedAt: at(0), connectedBy: 'Ana' },
}
const delivery = (id: string, second: number, over: Partial<GitHubDelivery> = {}): GitHubDelivery => ({
  ...{ id, digest: `digest of ${id}`, repository: 'acme/shop', receivedAt: at(second), event: { kind: 'ping' } },
  ...over,
})

const sha = (letter: string) => letter.repeat(40)
const push = (over: Partial<KeptPush>): KeptPush => ({
  ...{ ref: 'refs/heads/main', before: sha('a'), after: sha('c'), actor: { id: 7, login: 'bo' }, at: at(1) },
  ...{ fresh: [sha('b'), sha('c')], moved: [], emails: ['bo@example.com'], isOnTheWay: true },
  ...over,
})

export const githubRules: Rules = {
  'keeps a delivery once, by its id and by its bytes': async ({ store: { github } }) => {
    expect(await github.keepDelivery('once', delivery('a', 1))).toBe(true)
    expect(await github.keepDelivery('once', delivery('a', 2, { digest: 'other bytes' }))).toBe(false)
    expect(await github.keepDelivery('once', delivery('another id', 2, { digest: 'digest of a' }))).toBe(false)
    expect(await github.keepDelivery('other', delivery('a', 1))).toBe(true)
    expect((await github.dueDeliveries('once', at(9), 10)).map(({ id }) => id)).toEqual(['a'])
    expect(await github.lastDelivery('once')).toBe(at(1))
  },
  'hands out what waits and is due, the oldest first, until it is done with': async ({ store: { github } }) => {
    for (const [id, second] of [
      ['c', 3],
      ['a', 1],
      ['b', 2],
    ] as const)
      await github.keepDelivery('due', delivery(id, second))
    expect((await github.dueDeliveries('due', at(2), 10)).map(({ id }) => id)).toEqual(['a', 'b'])
    await github.handled('due', 'a', { at: at(4), failure: null })
    await github.handled('due', 'b', { at: at(4), failure: 'GitHub is away', dueAt: at(20) })
    expect(await github.dueDeliveries('due', at(9), 10)).toEqual([{ ...delivery('c', 3), tries: 0 }])
    expect(await github.dueDeliveries('due', at(20), 10)).toMatchObject([{ id: 'b', tries: 1 }, { id: 'c' }])
    expect(await github.nextDelivery('due')).toBe(at(3))
    await github.handled('due', 'b', { at: at(21), failure: 'still', dueAt: null })
    await github.handled('due', 'c', { at: at(21), failure: null })
    expect(await github.nextDelivery('due')).toBeNull()
    // Done with, and still not a new one.
    expect(await github.keepDelivery('due', delivery('a', 30))).toBe(false)
  },
  'which repository has the name is known once, by who says it first': async ({ store: { github } }) => {
    await github.saveConnection('named', { ...connection, repositoryId: null })
    await github.identify('named', { repository: 'acme/other', repositoryId: 5 })
    expect(await github.connection('named')).toEqual({ ...connection, repositoryId: null })
    await Promise.all([6, 7].map(repositoryId => github.identify('named', { repository: 'Acme/Shop', repositoryId })))
    const first = (await github.connection('named'))?.repositoryId
    await github.identify('named', { repository: 'acme/shop', repositoryId: 8 })
    expect(await github.connection('named')).toEqual({ ...connection, repositoryId: first })
    expect([6, 7]).toContain(first)
  },
  'a connection takes the place of the former, and goes with all that hung on it': async ({ store: { github } }) => {
    await github.saveConnection('joined', connection)
    await github.saveConnection('joined', { ...connection, hasToken: true })
    await github.saveLink('joined', { kind: 'comment', key: '7', isOpen: true, body: { id: 1 } }, at(0))
    expect(await github.connection('joined')).toEqual({ ...connection, hasToken: true })
    expect(await github.removeConnection('joined')).toBe(true)
    expect(await github.connection('joined')).toBeNull()
    expect(await github.links('joined', 'comment', ['7'])).toEqual([])
    expect(await github.removeConnection('joined')).toBe(false)
  },
  'a link is one of its kind and key, open until it is said otherwise': async ({ store: { github } }) => {
    const link = { kind: 'deployment', key: 'd1', isOpen: true, body: { githubId: 1 } } as const
    await github.saveLink('linked', link, at(0))
    await github.saveLink('linked', { ...link, kind: 'dispatch' }, at(0))
    await github.saveLink('linked', { ...link, body: { githubId: 2 } }, at(1))
    expect(await github.openLinks('linked', 'deployment')).toEqual([{ ...link, body: { githubId: 2 } }])
    await github.saveLink('linked', { ...link, isOpen: false }, at(2))
    expect(await github.openLinks('linked', 'deployment')).toEqual([])
    expect(await github.links('linked', 'deployment', ['d1', 'd2'])).toEqual([{ ...link, isOpen: false }])
    expect(await github.links('linked', 'deployment', [])).toEqual([])
  },
  'keeps who pushed which commits, each push once': async ({ store: { github } }) => {
    const [told, made, other] = [
      push({}),
      push({ ref: 'refs/heads/fix', before: null, fresh: [], moved: [sha('c')], at: at(2) }),
      push({ after: sha('d'), fresh: [sha('d')], actor: { id: 8, login: 'cy' }, at: at(3) }),
    ]
    for (const one of [told, { ...told, fresh: [], at: at(9) }, made, other]) await github.keepPush('pushed', one)
    expect(await github.pushesOf('pushed', [sha('b')])).toEqual([told])
    expect(await github.pushesOf('pushed', [sha('c'), sha('e')])).toEqual([told, made])
    expect(await github.pushesOf('pushed', [])).toEqual([])
    expect(await github.pushesOf('elsewhere', [sha('c')])).toEqual([])
    const asked = [other, { ...told, actor: { id: 9, login: 'eve' } }, { ...told, before: null }, made]
    expect(await github.keptPushes('pushed', asked)).toEqual([true, false, false, true])
    expect(await github.keptPushes('pushed', [])).toEqual([])
  },
}
