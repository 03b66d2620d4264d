import { expect, it } from 'vitest'
import { typed } from '../testing/test-host.ts'
import { testServer } from '../testing/test-server.ts'

const token = (id: string, over: object = {}) => ({
  id,
  name: 'github',
  kind: 'program',
  role: 'developer',
  environment: null,
  scopes: [],
  createdAt: null,
  expiresAt: '2027-01-31T00:00:00.000Z',
  ...over,
})
const session = { id: 'ab12', person: 'Ana', agent: 'Firefox', createdAt: null, expiresAt: '2027-01-31T00:00:00.000Z' }

async function say(args: string[], more: Parameters<typeof testServer>[0] = {}) {
  const gantry = await testServer({
    'GET /api/v1/tokens': () => ({ tokens: [token('5f0c1'), token('5f0d2', { name: 'nightly' })] }),
    'GET /api/v1/sessions': () => ({ sessions: [session] }),
    ...more,
  })
  return { ...(await typed(args, { env: gantry.env })), asked: gantry.asked }
}

it('lists tokens without what they are', async () => {
  const { out, code } = await say(['tokens'])
  expect(code).toBe(0)
  expect(out).toMatch(/5f0c1 +github +program +developer +– +2027-01-31/)
})

it('makes a token for a program and prints it alone', async () => {
  const made = { 'POST /api/v1/tokens': () => ({ id: 'x', token: 'gantry_secret', expiresAt: 'later' }) }
  const { out, asked } = await say(['tokens', 'create', 'github', '--role', 'release-manager', '--days', '7'], made)
  expect(out).toBe('gantry_secret\n')
  expect(asked[0]?.body).toEqual({ name: 'github', role: 'release-manager', days: 7 })
})

it('revokes the one token that an id begins', async () => {
  const ended = { 'POST /api/v1/tokens/5f0c1/revoke': () => ({}) }
  expect(await say(['tokens', 'revoke', '5f0c'], ended)).toMatchObject({ code: 0, out: 'revoked github\n' })
  expect(await say(['tokens', 'revoke', '5f0'], ended)).toMatchObject({
    code: 2,
    err: expect.stringContaining('expected the id of one token, 2 begin with 5f0'),
  })
  expect((await say(['tokens', 'revoke'])).err).toContain('expected an id, got none')
})

it('lists browsers that are signed in, and ends one', async () => {
  expect((await say(['sessions'])).out).toMatch(/ab12 +Ana +– +2027-01-31 +Firefox/)
  const ended = { 'POST /api/v1/sessions/ab12/end': () => ({}) }
  expect(await say(['sessions', 'end', 'ab'], ended)).toMatchObject({ code: 0, out: 'signed out Ana\n' })
  expect(await say(['sessions', 'end', 'zz'], ended)).toMatchObject({ code: 2 })
})
