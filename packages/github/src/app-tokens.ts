import { createPrivateKey } from 'node:crypto'
import { GantryError } from '@gantry/core'
import { SignJWT } from 'jose'
import * as z from 'zod'
import { type GitHubClient, type GitHubClientParts, githubClient } from './client.ts'

/** GitHub refuses a longer life than ten minutes, and clocks differ. */
const jwtLifeSeconds = 540
const jwtSlackSeconds = 60
/** A token is not used so near its end that a request could outlive it. */
const renewBeforeMs = 5 * 60_000

export interface AppIdentity {
  id: number
  /** PEM, as GitHub gives it. */
  privateKey: string
}

/** The API as the App itself, for its installations and its hook. */
export function appClient(app: AppIdentity, parts: Omit<GitHubClientParts, 'token'>): GitHubClient {
  return githubClient({ ...parts, token: () => appJwt(app, parts.now()) })
}

/** https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app */
async function appJwt({ id, privateKey }: AppIdentity, now: Date): Promise<string> {
  const atSeconds = Math.floor(now.getTime() / 1_000)
  return new SignJWT({})
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(String(id))
    .setIssuedAt(atSeconds - jwtSlackSeconds)
    .setExpirationTime(atSeconds + jwtLifeSeconds)
    .sign(keyOf(privateKey))
}

function keyOf(pem: string) {
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    throw new GantryError('VENDOR_REFUSED', 'the private key of the App is no PEM', {}, { cause })
  }
}

const Minted = z.looseObject({ token: z.string(), expires_at: z.string() })

interface InstalledOn {
  installationId: number
  repository: string
  repositoryId: number | null
  now(): Date
}

/** Tokens of one installation for one repository alone: minted when asked for, and kept until they are near their end. */
export function installationTokens(
  app: GitHubClient,
  { installationId, repository, repositoryId, now }: InstalledOn,
): (refused?: string) => Promise<string> {
  let known: { token: string; endsAtMs: number } | null = null
  let minting: Promise<string> | null = null
  const mint = async () => {
    // By its number where that is known: another one may have taken its name.
    const asked =
      repositoryId === null ? { repositories: [repository.split('/')[1]] } : { repository_ids: [repositoryId] }
    const minted = Minted.parse(await app.send('POST', `/app/installations/${installationId}/access_tokens`, asked))
    known = { token: minted.token, endsAtMs: Date.parse(minted.expires_at) }
    return minted.token
  }
  return refused => {
    if (known?.token === refused) known = null
    if (known && known.endsAtMs - now().getTime() > renewBeforeMs) return Promise.resolve(known.token)
    minting ??= mint().finally(() => {
      minting = null
    })
    return minting
  }
}

const Installation = z.looseObject({ id: z.int(), suspended_at: z.string().nullish() })

/** Where the App is installed for a repository; null: nowhere. */
export async function installationOf(
  app: GitHubClient,
  repository: string,
): Promise<{ id: number; isSuspended: boolean } | null> {
  const found = await app.get(`/repos/${repository}/installation`)
  if (found === null) return null
  const { id, suspended_at: suspendedAt } = Installation.parse(found)
  return { id, isSuspended: suspendedAt != null }
}
