import { GantryError, placeOfGitHub } from '@gantry/core'
import type { GenericOAuthConfig } from 'better-auth/plugins'
import * as z from 'zod'

/** Where people may sign in besides a password and a passkey. */
export interface ProviderSettings {
  github: { clientId: string; clientSecret: string; url: string; apiUrl: string } | null
  oidc: { name: string; issuer: string; clientId: string; clientSecret: string } | null
}

/** @throws GantryError BAD_REQUEST when it is no address */
export const readGitHubUrl = (env: Record<string, string | undefined>): string =>
  addressOf(env, 'GANTRY_GITHUB_URL') ?? 'https://github.com'

/** @throws GantryError BAD_REQUEST when half of a provider is given, or an address is none */
export function readProviders(env: Record<string, string | undefined>): ProviderSettings {
  const github = pair(env, 'GANTRY_GITHUB_CLIENT_ID', 'GANTRY_GITHUB_CLIENT_SECRET')
  const oidc = pair(env, 'GANTRY_OIDC_CLIENT_ID', 'GANTRY_OIDC_CLIENT_SECRET')
  const { url, api: apiUrl } = placeOfGitHub(readGitHubUrl(env))
  const issuer = addressOf(env, 'GANTRY_OIDC_ISSUER')
  if ((issuer === null) !== (oidc === null))
    throw new GantryError(
      'BAD_REQUEST',
      'GANTRY_OIDC_ISSUER, GANTRY_OIDC_CLIENT_ID and GANTRY_OIDC_CLIENT_SECRET go together',
    )
  return {
    github: github && { ...github, url, apiUrl },
    oidc: oidc && issuer ? { ...oidc, issuer, name: env['GANTRY_OIDC_NAME'] || new URL(issuer).hostname } : null,
  }
}

/** As better-auth takes them. State, PKCE, and for OIDC the nonce and the signature of the ID token, are checked by it. */
export function oauthConfigs({ github, oidc }: ProviderSettings): GenericOAuthConfig[] {
  return [...(github ? [githubConfig(github)] : []), ...(oidc ? [oidcConfig(oidc)] : [])]
}

const oidcConfig = ({ name, issuer, clientId, clientSecret }: NonNullable<ProviderSettings['oidc']>) => ({
  providerId: 'oidc',
  name,
  discoveryUrl: `${issuer}/.well-known/openid-configuration`,
  requireIdTokenVerification: true,
  clientId,
  clientSecret,
  scopes: ['openid', 'profile', 'email'],
  pkce: true,
})

/** https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps */
function githubConfig({
  clientId,
  clientSecret,
  url,
  apiUrl,
}: NonNullable<ProviderSettings['github']>): GenericOAuthConfig {
  return {
    providerId: 'github',
    name: 'GitHub',
    authorizationUrl: `${url}/login/oauth/authorize`,
    tokenUrl: `${url}/login/oauth/access_token`,
    clientId,
    clientSecret,
    scopes: ['read:user', 'user:email'],
    pkce: true,
    authorizationHeaders: { accept: 'application/json' },
    async getUserInfo({ accessToken }) {
      const ask = async (path: string) => {
        const headers = {
          authorization: `Bearer ${accessToken}`,
          accept: 'application/vnd.github+json',
          'user-agent': 'gantry',
        }
        const answer = await fetch(`${apiUrl}${path}`, { headers, signal: AbortSignal.timeout(10_000) })
        if (!answer.ok) throw new Error(`GitHub answered ${answer.status} to GET ${path}`)
        return answer.json()
      }
      const user = GitHubUser.parse(await ask('/user'))
      // The address of a profile is whatever its person wrote; those of this list were proven.
      const primary = GitHubEmails.parse(await ask('/user/emails')).find(({ primary, verified }) => primary && verified)
      if (!primary) return null
      return { id: user.id, name: user.name ?? user.login, email: primary.email, emailVerified: true }
    },
  }
}

const GitHubUser = z.looseObject({ id: z.int(), login: z.string(), name: z.string().nullable().optional() })
const GitHubEmails = z.array(z.looseObject({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))

function pair(env: Record<string, string | undefined>, id: string, secret: string) {
  const [clientId, clientSecret] = [env[id], env[secret]]
  if (clientId && clientSecret) return { clientId, clientSecret }
  if (!clientId && !clientSecret) return null
  throw new GantryError(
    'BAD_REQUEST',
    `${clientId ? secret : id}: expected a value, as ${clientId ? id : secret} has one`,
  )
}

function addressOf(env: Record<string, string | undefined>, name: string): string | null {
  const text = env[name]
  if (!text) return null
  if (URL.canParse(text) && /^https?:/.test(text)) return text.replace(/\/+$/, '')
  throw new GantryError('BAD_REQUEST', `${name}: expected an address such as https://id.example.com, got "${text}"`)
}
