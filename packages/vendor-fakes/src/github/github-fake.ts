import { createHash, createHmac, randomUUID, verify } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import description from '../descriptions/github.json' with { type: 'json' }
import type { FakeAnswer, FakeRequest, VendorFake } from '../fake.ts'
import { openVendorFake } from '../vendor-fake.ts'
import { checkActs } from './check-acts.ts'
import { appActs, commentActs, deploymentActs, runActs } from './github-acts.ts'
import { freshState, type GitHubState, keyPairs } from './github-state.ts'
import { jobToken, mergedClaims, publishedKeys, type TokenSaid } from './job-token.ts'
import { pushActs } from './push-acts.ts'
import { rulesetActs } from './ruleset-acts.ts'
import { settingsActs } from './settings-acts.ts'

export interface GitHubFake extends VendorFake {
  state: GitHubState
  /** Address of this GitHub, as GANTRY_GITHUB_URL has it; its API is below /api/v3, as on a GitHub Enterprise Server. */
  site: string
  /** Whose OIDC tokens jobs get. */
  issuer: string
  jobToken(said: TokenSaid): string
  /** Claims of a job that the merge of a pull request starts. */
  mergedClaims(file: string, branch: string): Record<string, unknown>
  /** Sends an event to a hook, signed with the App's secret or another one; answers the status. */
  deliver(hook: string, event: string, payload: object, said?: { id?: string; secret?: string }): Promise<number>
  /** Everything as it was at first. */
  reset(): void
}

const acts = {
  ...{ ...appActs, ...deploymentActs, ...commentActs, ...runActs },
  ...{ ...settingsActs, ...pushActs, ...checkActs, ...rulesetActs },
}

/** GitHub on a port of this machine: its REST API, and the keys of its OIDC tokens. */
export async function openGitHubFake(): Promise<GitHubFake> {
  const state = freshState()
  const fake = await openVendorFake({
    description,
    base: '/api/v3',
    host: 'api.github.com',
    refusal: { status: 401, body: { message: 'Bad credentials' } },
    errorBody: (_status, _code, message) => ({ message, documentation_url: 'https://docs.github.com/rest' }),
    requestIdHeader: 'x-github-request-id',
    acts: Object.fromEntries(
      Object.entries(acts).map(([name, act]) => [name, (request: FakeRequest) => act(state, request)]),
    ),
    isAllowed: ({ method, path, headers }) =>
      isAllowed(state, method, path, headers['authorization'] ?? '', fake.token),
    finish: (answer, { method, headers }) => (method === 'GET' ? withETag(answer, headers['if-none-match']) : answer),
    outside: (path, headers) => publishedAt(path) ?? gitFile(state, path, headers['authorization'] ?? ''),
    site: () => null,
  })
  const site = new URL(fake.url).origin
  const issuer = `${site}/_services/token`
  return Object.assign(fake, {
    state,
    site,
    issuer,
    jobToken: (said: TokenSaid) => jobToken(issuer, state, said),
    mergedClaims: (file: string, branch: string) => mergedClaims(state, file, branch),
    async deliver(hook: string, event: string, payload: object, said: { id?: string; secret?: string } = {}) {
      const body = JSON.stringify(payload)
      const secret = said.secret ?? state.app?.webhookSecret ?? ''
      const headers = {
        'content-type': 'application/json',
        'x-github-event': event,
        'x-github-delivery': said.id ?? randomUUID(),
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      }
      return (await fetch(hook, { method: 'POST', headers, body })).status
    },
    reset() {
      Object.assign(state, freshState())
      fake.forget()
    },
  })
}

const publishedAt = (path: string): FakeAnswer | null =>
  path === '/_services/token/.well-known/jwks' ? { status: 200, body: publishedKeys() } : null

/** The repository by git's protocol of plain files, for whoever has a token of the installation. */
function gitFile(
  { repository, gitFolder, minted }: GitHubState,
  path: string,
  authorization: string,
): FakeAnswer | null {
  const below = `/${repository.name}.git/`
  if (gitFolder === null || !path.startsWith(below)) return null
  const [, token = ''] = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':')
  if (!minted.has(token)) return { status: 401, body: '' }
  const file = join(gitFolder, path.slice(below.length))
  return existsSync(file) ? { status: 200, body: readFileSync(file) } : { status: 404, body: '' }
}

/** The App itself by its signature, for what is the App's; else a token of its installation, or the personal one. */
function isAllowed(state: GitHubState, method: string, path: string, authorization: string, personal: string): boolean {
  const token = authorization.replace(/^Bearer /, '')
  if (path.startsWith('/app-manifests/')) return method === 'POST'
  if (path.startsWith('/app') || path.endsWith('/installation')) return isOfApp(state, token)
  const endsAtMs = state.minted.get(token)
  return token === personal || (endsAtMs !== undefined && endsAtMs > state.now().getTime())
}

function isOfApp({ app, now }: GitHubState, token: string): boolean {
  const [head = '', body = '', signature = ''] = token.split('.')
  if (app === null || signature === '') return false
  const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString())
  const { iss, exp, iat } = JSON.parse(Buffer.from(body, 'base64url').toString())
  const atSeconds = now().getTime() / 1_000
  const isInTime = iat <= atSeconds && exp > atSeconds && exp - iat <= 660
  const key = keyPairs().app.publicKey
  const isSigned = verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))
  return alg === 'RS256' && String(iss) === String(app.id) && isInTime && isSigned
}

function withETag(answer: FakeAnswer, known: string | undefined): FakeAnswer {
  if (answer.status !== 200) return answer
  const etag = `W/"${createHash('sha256').update(JSON.stringify(answer.body)).digest('hex')}"`
  if (known === etag) return { status: 304, headers: { etag } }
  return { ...answer, headers: { ...answer.headers, etag } }
}
