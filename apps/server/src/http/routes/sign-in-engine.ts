import { GantryError } from '@gantry/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { oneself, provenBy, type RouteAccess } from '../../access/route-access.ts'
import { addressHeader, authPath } from '../../sign-in/engine.ts'
import type { SignIns } from '../../sign-in/sign-ins.ts'
import type { KnownBrowsers } from '../known-browsers.ts'
import type { OwnAddresses } from '../own-addresses.ts'
import type { Api } from '../route.ts'
import { emailIn, type SignInWatch } from '../sign-in-watch.ts'

export interface SignInEngineParts {
  signIns: SignIns
  addresses: OwnAddresses
  watch: SignInWatch
  known: Pick<KnownBrowsers, 'remember'>
}

const bySignIn = provenBy('sign-in')

/** What of better-auth is reachable, and by whom. What is not listed here is not there. */
const paths: readonly (readonly ['get' | 'post', string, RouteAccess, string])[] = [
  ['post', '/sign-in/email', bySignIn, 'Sign in with e-mail and password'],
  ['post', '/sign-up/email', bySignIn, 'Make an account, with an invitation'],
  ['post', '/sign-in/social', bySignIn, 'Go to a provider to sign in'],
  ['get', '/callback/:id', bySignIn, 'Come back from a provider'],
  ['get', '/passkey/generate-authenticate-options', bySignIn, 'A challenge for a passkey'],
  ['post', '/passkey/verify-authentication', bySignIn, 'Sign in with a passkey'],
  ['post', '/two-factor/verify-totp', bySignIn, 'The second factor: a code of an authenticator'],
  ['post', '/two-factor/verify-backup-code', bySignIn, 'The second factor: a recovery code'],
  ['post', '/device/code', bySignIn, 'A code for the command of a laptop (RFC 8628)'],
  ['post', '/device/token', bySignIn, 'The session of that command, once the code was approved'],
  ['get', '/device', oneself, 'Which command has a code'],
  ['post', '/device/approve', oneself, 'Let a command sign in as oneself'],
  ['post', '/device/deny', oneself, 'Refuse a command'],
  ['post', '/set-password', oneself, 'Give oneself a first password'],
  ['post', '/change-password', oneself, 'Change the own password'],
  ['get', '/list-accounts', oneself, 'How one may sign in'],
  ['post', '/link-social', oneself, 'Add a provider'],
  ['post', '/unlink-account', oneself, 'Take a provider or the password away'],
  ['get', '/passkey/list-user-passkeys', oneself, 'Own passkeys'],
  ['get', '/passkey/generate-register-options', oneself, 'A challenge for a new passkey'],
  ['post', '/passkey/verify-registration', oneself, 'Add a passkey'],
  ['post', '/passkey/delete-passkey', oneself, 'Remove a passkey'],
  ['post', '/two-factor/enable', oneself, 'Prepare a second factor; a first code turns it on'],
  ['post', '/two-factor/disable', oneself, 'Turn the second factor off'],
  ['post', '/two-factor/generate-backup-codes', oneself, 'New recovery codes'],
]

/** Where an e-mail and its password were right. */
const byPassword = new Set(['/sign-in/email', '/sign-up/email'])

/** Paths whose refusals a standard words, see RFC 8628. */
const inTheirWords = new Set(['/device/code', '/device/token'])

export function signInEngineRoutes(api: Api, parts: SignInEngineParts): void {
  for (const [method, path, access, summary] of paths)
    api[method](`${authPath}${path}`, { access, schema: { tags: ['sign-in'], summary } }, (request, reply) =>
      answer(request, reply, path, parts),
    )
}

async function answer(request: FastifyRequest, reply: FastifyReply, path: string, parts: SignInEngineParts) {
  const { signIns, addresses, watch, known } = parts
  if (request.method !== 'GET' && path !== '/device/code' && path !== '/device/token')
    addresses.requireOwnOrigin(request)
  const tried = await watch.count(path, request)
  const answered = await signIns.handle(asRequest(request, addresses.originOf(request)))
  await tried.answered(answered)
  const text = await answered.text()
  if (answered.status >= 400 && !inTheirWords.has(path)) throw refusalIn(answered.status, text)
  const email = byPassword.has(path) ? emailIn(request.body) : null
  if (email !== null) known.remember(reply, email, addresses.isSecure(request))
  for (const cookie of answered.headers.getSetCookie()) reply.header('set-cookie', cookie)
  for (const name of ['location', 'content-type', 'cache-control']) {
    const value = answered.headers.get(name)
    if (value !== null) reply.header(name, value)
  }
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  return reply.status(answered.status).send(text)
}

/** The request as the engine reads it, without what says where it came from: that was decided before. */
function asRequest(request: FastifyRequest, origin: string, body: unknown = request.body): Request {
  const headers = new Headers()
  for (const name of ['cookie', 'user-agent', 'origin', 'sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest'])
    if (typeof request.headers[name] === 'string') headers.set(name, request.headers[name])
  headers.set(addressHeader, request.ip)
  if (request.method === 'GET') return new Request(`${origin}${request.url}`, { headers })
  headers.set('content-type', 'application/json')
  return new Request(`${origin}${request.url}`, { method: 'POST', headers, body: JSON.stringify(body ?? {}) })
}

/** What better-auth says, where our words tell more. */
const inOurWords: Record<string, (message: string) => GantryError> = {
  email_taken: message => new GantryError('EMAIL_TAKEN', message),
  INVALID_PASSWORD: () => new GantryError('PASSWORD_WRONG', 'this is not your present password'),
  INVALID_EMAIL_OR_PASSWORD: () => new GantryError('SIGN_IN_REFUSED', 'the e-mail or the password is wrong'),
  INVALID_CODE: () => new GantryError('SIGN_IN_REFUSED', 'this code is wrong, or its half minute is over'),
  INVALID_BACKUP_CODE: () => new GantryError('SIGN_IN_REFUSED', 'this recovery code is wrong, or was used already'),
  PASSKEY_NOT_FOUND: () => new GantryError('SIGN_IN_REFUSED', 'this passkey is of no account here'),
  invalid_request: () => new GantryError('CODE_UNKNOWN', 'no command shows this code'),
  expired_token: () => new GantryError('CODE_UNKNOWN', 'the code of the command is too old'),
  SESSION_NOT_FRESH: () => new GantryError('SIGN_IN_TOO_OLD', 'you signed in more than a day ago'),
}

function refusalIn(status: number, text: string): GantryError {
  const { code, message } = saidIn(text)
  const ours = inOurWords[code]
  if (ours) return ours(message)
  if (status === 401) return new GantryError('SIGN_IN_REFUSED', message)
  if (status === 403) return new GantryError('FORBIDDEN', message)
  if (status === 404) return new GantryError('NOT_FOUND', message)
  if (status >= 500) throw new Error(`sign-in failed: ${message}`)
  return new GantryError('BAD_REQUEST', message)
}

function saidIn(text: string): { code: string; message: string } {
  try {
    const { code, error, message, error_description: described } = JSON.parse(text) as Record<string, unknown>
    return { code: String(code ?? error ?? ''), message: String(message ?? described ?? 'it was refused') }
  } catch {
    return { code: '', message: 'it was refused' }
  }
}
