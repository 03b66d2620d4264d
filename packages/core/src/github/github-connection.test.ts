import { expect, test } from 'vitest'
import { type GitHubConnection, isSameRepository, placeOfGitHub, whyAppRests, whyUnasked } from './github-connection.ts'

const app = { id: 1, slug: 'gantry-shop', installationId: 5, isSuspended: false }
const connection = (over: Partial<GitHubConnection>) =>
  ({ repository: 'acme/shop', app: null, hasToken: false, ...over }) as GitHubConnection

test('GitHub is asked by a token or an App that works; what keeps it from that is said', () => {
  expect(whyUnasked(connection({ hasToken: true, app: { ...app, isSuspended: true } }))).toBeNull()
  expect(whyUnasked(connection({ app }))).toBeNull()
  expect(whyUnasked(connection({}))).toContain('neither an App nor a token')
  expect(whyUnasked(connection({ app: { ...app, isSuspended: true } }))).toBe(
    'the App gantry-shop is suspended for acme/shop',
  )
  expect(whyUnasked(connection({ app: { ...app, installationId: null } }))).toContain('is not installed on acme/shop')
  expect([whyAppRests(connection({})), whyAppRests(connection({ app }))]).toEqual([null, null])
})

test('GitHub is where its address says, and who signs for its jobs with it', () => {
  expect(placeOfGitHub('https://github.com').issuer).toBe('https://token.actions.githubusercontent.com')
  expect(placeOfGitHub('https://acme.ghe.com').api).toBe('https://api.acme.ghe.com')
  expect(placeOfGitHub('https://git.acme.example').api).toBe('https://git.acme.example/api/v3')
  expect([isSameRepository('Acme/Shop', 'acme/shop'), isSameRepository('a/b', 'a/c')]).toEqual([true, false])
})
