import { randomUUID } from 'node:crypto'
import { kyselyAdapter } from '@better-auth/kysely-adapter'
import { passkey } from '@better-auth/passkey'
import type { Database } from '@gantry/store'
import { APIError, type BetterAuthOptions, betterAuth } from 'better-auth'
import { deviceAuthorization, genericOAuth, twoFactor } from 'better-auth/plugins'
import { sessionLifeMs } from '../access/access.ts'
import type { Invitations } from '../access/invitations.ts'
import { invitationIn, sessionCookie } from '../http/session-cookie.ts'
import { withHashedSessions } from './hashed-sessions.ts'
import { ownEndpoints } from './own-endpoints.ts'
import { oauthConfigs, type ProviderSettings } from './providers.ts'
import { pluginTables, tables } from './tables.ts'

export interface EngineParts {
  database: Database['forLibraries']
  providers: ProviderSettings
  invitations: Pick<Invitations, 'refusalToSignUp'>
  /** Whose one-time link it is, which works no more. */
  useLink(link: string): Promise<{ id: string } | null>
  /** Signs cookies and seals second factors; the first is used, the others are still known. */
  secrets: { version: number; value: string }[]
  log: { error(facts: object, message: string): void; warn(facts: object, message: string): void }
}

/** Below which better-auth answers. */
export const authPath = '/api/auth'
/** Header in which the server itself says who asks; what a client wrote there is taken off. */
export const addressHeader = 'x-gantry-address'
const leastPassword = 10

/** better-auth for one origin: cookies, passkeys and the addresses that providers return to belong to it. */
export function createEngine(parts: EngineParts, origin: string): { handler(request: Request): Promise<Response> } {
  const isSecure = origin.startsWith('https:')
  const adapter = kyselyAdapter(parts.database, { type: 'postgres' })
  return betterAuth({
    appName: 'Gantry',
    baseURL: origin,
    basePath: authPath,
    secrets: parts.secrets,
    trustedOrigins: [origin],
    database: (options: BetterAuthOptions) => withHashedSessions(adapter(options)),
    ...tables,
    session: { ...tables.session, expiresIn: sessionLifeMs / 1000, disableSessionRefresh: true },
    // A provider proves who somebody is. Its tokens would open more than that, and are not kept.
    account: { ...tables.account, updateAccountOnSignIn: false, accountLinking: { allowDifferentEmails: true } },
    emailAndPassword: { enabled: true, minPasswordLength: leastPassword, maxPasswordLength: 200 },
    plugins: [
      genericOAuth({ config: oauthConfigs(parts.providers) }),
      passkey({ rpName: 'Gantry', rpID: new URL(origin).hostname, origin, schema: pluginTables.passkey }),
      twoFactor({ issuer: 'Gantry', allowPasswordless: true, schema: pluginTables.twoFactor }),
      deviceAuthorization({
        verificationUri: `${origin}/device`,
        expiresIn: '10m',
        interval: '2s',
        validateClient: id => id === deviceClient,
        schema: pluginTables.deviceAuthorization,
      }),
      ownEndpoints(parts.useLink),
    ],
    databaseHooks: {
      user: { create: { before: (user, context) => requireInvitation(user.email, context, parts.invitations) } },
      account: { create: { before: async account => ({ data: { ...account, ...noTokens } }) } },
    },
    onAPIError: { errorURL: `${origin}/signed-in` },
    // Tries are counted before they get here, for all servers of one kind, and answered in our words.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      level: 'warn',
      log: (level, message, ...facts) => parts.log[level === 'error' ? 'error' : 'warn']({ facts }, message),
    },
    advanced: {
      useSecureCookies: false,
      cookiePrefix: 'gantry',
      defaultCookieAttributes: { secure: isSecure, httpOnly: true, sameSite: 'lax', path: '/' },
      cookies: { session_token: { name: sessionCookie } },
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: () => randomUUID() },
    },
  })
}

/** The one program that signs in by a code: the `gantry` command. */
const deviceClient = 'gantry'

const noTokens = { accessToken: null, refreshToken: null, idToken: null, scope: null }

async function requireInvitation(
  email: string,
  context: { headers?: Headers | undefined } | null,
  invitations: EngineParts['invitations'],
): Promise<void> {
  const secret = invitationIn(context?.headers?.get('cookie') ?? '')
  const refused = await invitations.refusalToSignUp(secret ?? '', email)
  if (refused) throw new APIError('FORBIDDEN', { code: 'invitation_needed', message: refused })
}
