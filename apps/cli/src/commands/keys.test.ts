import { expect, it } from 'vitest'
import { typed } from '../testing/test-host.ts'
import { testServer } from '../testing/test-server.ts'

const key = (id: string, over: object = {}) => ({
  id,
  service: 'web',
  kind: 'client',
  key: id.repeat(8),
  origins: [],
  perMinute: null,
  isOwn: true,
  madeBy: 'gantry',
  createdAt: '2026-11-01T00:00:00.000Z',
  lastUsedAt: null,
  rotatedAt: null,
  worksUntil: null,
  revokedAt: null,
  state: 'works',
  dsn: `http://${id}@h/1`,
  ...over,
})
const path = '/api/v1/projects/shop/ingest-keys'

async function say(args: string[], more: Parameters<typeof testServer>[0] = {}) {
  const gantry = await testServer({
    [`GET ${path}`]: () => ({ keys: [key('5f0c1'), key('5f0d2', { origins: ['a.example'], perMinute: 60 })] }),
    ...more,
  })
  return { ...(await typed([...args, '--project', 'shop'], { env: gantry.env })), asked: gantry.asked }
}
const bodies = (asked: { body?: unknown }[]) => asked.flatMap(({ body }) => body ?? [])

it('lists keys with what they may and when they were used', async () => {
  const { out, code } = await say(['keys'])
  expect(code).toBe(0)
  expect(out).toMatch(/5f0c1 +web +client +works +any +– +never +http:\/\/5f0c1@h\/1/)
  expect(out).toMatch(/5f0d2 +web +client +works +a\.example +60 /)
})

it('makes a key with its limits and prints its address alone', async () => {
  const { out, asked } = await say(
    ['keys', 'add', '--service', 'web', '--origin', 'a.example', '--origin', '*.b.example', '--per-minute', '60'],
    { [`POST ${path}`]: () => key('new') },
  )
  expect(out).toBe('http://new@h/1\n')
  expect(bodies(asked)).toEqual([
    { service: 'web', kind: 'client', origins: ['a.example', '*.b.example'], perMinute: 60 },
  ])
})

it('changes what was said and leaves the rest', async () => {
  const changed = { [`POST ${path}/5f0d2/limits`]: () => key('5f0d2') }
  expect(bodies((await say(['keys', 'change', '5f0d', '--per-minute', '9'], changed)).asked)).toEqual([
    { origins: ['a.example'], perMinute: 9 },
  ])
  expect(bodies((await say(['keys', 'change', '5f0d', '--any-origin', '--unlimited'], changed)).asked)).toEqual([
    { origins: [], perMinute: null },
  ])
})

it('rotates with a grace, and says when the service gets the new one', async () => {
  const { out, err, asked } = await say(['keys', 'rotate', '5f0c', '--grace', '1d'], {
    [`POST ${path}/5f0c1/rotate`]: () => key('next'),
  })
  expect([out, bodies(asked)]).toEqual(['http://next@h/1\n', [{ grace: '1d' }]])
  expect(err).toContain('works for 1d; its service gets this one with its next deployment')
  expect(await say(['keys', 'rotate', '5f0c', '--grace', 'soon'])).toMatchObject({ code: 2 })
})

it('revokes the one key that an id begins, and nothing in a dry run', async () => {
  const ended = { [`POST ${path}/5f0c1/revoke`]: () => ({}) }
  expect(await say(['keys', 'revoke', '5f0c'], ended)).toMatchObject({
    code: 0,
    out: 'revoked the key of web (client, 5f0c1)\n',
  })
  expect((await say(['keys', 'revoke', '5f0'])).err).toContain('expected the id of one key, 2 begin with 5f0')
  const dry = await say(['keys', 'revoke', '5f0c', '--dry-run', '--json'])
  expect([dry.code, JSON.parse(dry.out), bodies(dry.asked)]).toEqual([0, { would: 'revoke', id: '5f0c1' }, []])
})

it('says what came in and what became of it', async () => {
  const count = { protocol: 'sentry', keyId: 'k', service: 'web', category: 'session', quantity: 12 }
  const { out } = await say(['intake', '--hours', '1'], {
    'GET /api/v1/projects/shop/intake': () => ({
      from: '2026-11-27T12:00:00.000Z',
      counts: [{ ...count, outcome: 'dropped', reason: 'too-large' }],
    }),
  })
  expect(out).toMatch(/12 +session +dropped +it was too large +web +sentry/)
})
