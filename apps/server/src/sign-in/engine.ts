import { randomUUID } from 'node:crypto'
import { kyselyAdapter } from '@better-auth/kysely-adapter'
import { type PasskeyOptions, passkey } from '@better-auth/passkey'
import { GantryError, type UsedSignInLink } from '@gantry/core'
import type { Database } from '@gantry/store'
import { APIError, type BetterAuthOptions, betterAuth } from 'better-auth'
import { createAuthMiddleware } from 'better-auth/api'
import { deviceAuthorization, genericOAuth, twoFactor } from 'better-auth/plugins'
import { sessionLifeMs } from '../access/access.ts'
import type { SignUps } from '../access/sign-ups.ts'
import { invitationIn, sessionCookie } from '../http/session-cookie.ts'
import { withHashedSessions } from './hashed-sessions.ts'
import { ownEndpoints } from './own-endpoints.ts'
import { oauthConfigs, type ProviderSettings } from './providers.ts'
import { pluginTables, tables } from './tables.ts'

export interface EngineParts {
  database: Database['forLibraries']
  providers: ProviderSettings
  signUps: SignUps
  /** Whose one-time link it is, which works no more. */
  useLink(link: string): Promise<UsedSignInLink | null>
  /** Signs cookies and seals second factors; the first is used, the others are still known. */
  secrets: [SignInSecret, ...SignInSecret[]]
  log: { error(facts: object, message: string): void; warn(facts: object, message: string): void }
}

interface SignInSecret {
  version: number
  value: string
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
    account: { ...tables.account, updateAccountOnSignIn: false, accountLinking: linking },
    emailAndPassword: { enabled: true, minPasswordLength: leastPassword, maxPasswordLength: 200 },
    plugins: [
      genericOAuth({ config: oauthConfigs(parts.providers) }),
      passkey({ rpName: 'Gantry', rpID: new URL(origin).hostname, origin, schema: pluginTables.passkey, ...proofs }),
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
    databaseHooks: hooksOf(parts),
    hooks: { before: beforeAll(parts) },
    onAPIError: {
      errorURL: `${origin}/signed-in`,
      onError(error) {
        // A refusal is an answer. Left to itself the library prints each, and a stranger fills the log.
        if (!(error instanceof APIError) || error.statusCode >= 500) parts.log.error({ err: error }, 'sign-in failed')
      },
    },
    // Tries are counted before they get here, for all servers of one kind, and answered in our words.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      level: 'warn',
      log: (level, message, ...facts) => parts.log[level === 'error' ? 'error' : 'warn']({ facts }, message),
    },
    advanced: {
      // In tests as elsewhere: the library looks away there.
      disableOriginCheck: false,
      disableCSRFCheck: false,
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

/** An account is taken over by no e-mail, proven or not: its person adds a provider themselves, under whatever e-mail it knows. */
const linking = { disableImplicitLinking: true, allowDifferentEmails: true, trustedProviders: ['github', 'oidc'] }

/**
 * A passkey signs in alone: it is found without a name, and its device asks for a PIN or a finger. The library asks for that
 * and does not look whether it happened.
 */
const proofs = {
  authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  registration: {
    afterVerification: ({ verification }) => requireVerified(verification.registrationInfo?.userVerified),
  },
  authentication: {
    afterVerification: ({ verification }) => requireVerified(verification.authenticationInfo.userVerified),
  },
} satisfies Partial<PasskeyOptions>

function requireVerified(isVerified: boolean | undefined): void {
  if (!isVerified) throw new APIError('FORBIDDEN', { message: 'the passkey was used without its PIN or fingerprint' })
}

const hooksOf = ({ signUps }: EngineParts): BetterAuthOptions['databaseHooks'] => ({
  user: {
    create: {
      async before(user, context) {
        await refusedInTheirWords(signUps.begin(invitationOf(context), user.email))
        return { data: { ...user, name: calledName(user.name, user.email) } }
      },
    },
  },
  account: { create: { before: async account => ({ data: { ...account, ...noTokens } }) } },
})

/** Before the library looks for the account: who has no invitation is not told which there are. */
const beforeAll = ({ signUps }: EngineParts) =>
  createAuthMiddleware(async context => {
    if (context.path !== '/sign-up/email') return
    const email = (context.body as { email?: unknown } | undefined)?.email
    if (typeof email === 'string') await refusedInTheirWords(signUps.check(invitationOf(context), email))
  })

const invitationOf = (context: { headers?: Headers | undefined } | null): string =>
  invitationIn(context?.headers?.get('cookie') ?? '') ?? ''

async function refusedInTheirWords(check: Promise<void>): Promise<void> {
  await check.catch(cause => {
    if (!(cause instanceof GantryError)) throw cause
    const code = cause.code === 'EMAIL_TAKEN' ? 'email_taken' : 'invitation_needed'
    throw new APIError(code === 'email_taken' ? 'CONFLICT' : 'FORBIDDEN', { code, message: cause.message })
  })
}

const longestName = 100

/** Providers may know somebody by no name; signs that move a line are none. */
const calledName = (name: string, email: string): string =>
  name
    .replace(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, longestName) || email
