import { randomUUID, sign } from 'node:crypto'
import { type GitHubState, keyPairs } from './github-state.ts'

/** The key's name in what the issuer publishes. */
const keyId = 'fake-key'

export const publishedKeys = (): object => ({
  keys: [{ ...keyPairs().jobs.publicKey.export({ format: 'jwk' }), kid: keyId, use: 'sig', alg: 'RS256' }],
})

export interface TokenSaid {
  audience: string
  /** Claims that are other than those of a push to main; undefined leaves one out. */
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  /** What it is signed with; null: with nothing. */
  key?: 'jobs' | 'app' | null
  lifeSeconds?: number
  issuedAt?: Date
}

/** What GitHub gives a job that asks for an OIDC token. */
export function jobToken(issuer: string, { repository, now }: GitHubState, said: TokenSaid): string {
  const { header = {}, key = 'jobs', lifeSeconds = 300, claims = {}, audience } = said
  const atSeconds = Math.floor((said.issuedAt ?? now()).getTime() / 1_000)
  const ref = String(claims['ref'] ?? 'refs/heads/main')
  const payload = {
    jti: randomUUID(),
    iss: issuer,
    aud: audience,
    sub: `repo:${repository.name}:ref:${ref}`,
    repository: repository.name,
    repository_id: String(repository.id),
    repository_owner: repository.name.split('/')[0],
    ref,
    ref_type: 'branch',
    sha: 'a'.repeat(40),
    event_name: 'push',
    workflow: 'deploy',
    workflow_ref: `${repository.name}/.github/workflows/deploy.yml@${ref}`,
    job_workflow_ref: `${repository.name}/.github/workflows/deploy.yml@${ref}`,
    run_id: '99',
    run_number: '7',
    run_attempt: '1',
    actor: 'ana',
    actor_id: '11',
    runner_environment: 'github-hosted',
    iat: atSeconds,
    nbf: atSeconds - 5,
    exp: atSeconds + lifeSeconds,
    ...claims,
  }
  const text = [{ alg: 'RS256', typ: 'JWT', kid: keyId, ...header }, payload].map(encoded).join('.')
  if (key === null) return `${text}.`
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), keyPairs()[key].privateKey).toString('base64url')}`
}

/** Of a job that `pull_request: closed` starts: the ref of a request that was merged is the branch it was merged into. */
export function mergedClaims({ repository }: GitHubState, file: string, branch: string): Record<string, unknown> {
  const ref = `refs/heads/${branch}`
  const workflow = `${repository.name}/.github/workflows/${file}@${ref}`
  return { event_name: 'pull_request', ref, base_ref: branch, workflow_ref: workflow, job_workflow_ref: workflow }
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
