import type { FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { Access } from '../access/access.ts'
import type { AccessLedger } from '../access/access-ledger.ts'
import type { SignInLimit } from '../access/sign-in-limit.ts'
import type { KnownBrowsers } from './known-browsers.ts'
import { sessionCookie } from './session-cookie.ts'

/** Counts tries to sign in and writes what came of them into the ledger. */
export interface SignInWatch {
  /** @throws GantryError TOO_MANY_SIGN_INS */
  count(path: string, request: FastifyRequest): Promise<{ answered(answer: Response): Promise<void> }>
}

export interface SignInWatchParts {
  access: Pick<Access, 'callerOf'>
  ledger: AccessLedger
  limit: SignInLimit
  known: Pick<KnownBrowsers, 'nameOf'>
}

/** How somebody signed in, by the path that said so. */
const ways: Record<string, string> = {
  '/sign-in/link': 'a one-time link',
  '/sign-in/email': 'a password',
  '/sign-up/email': 'a password, with a new account',
  '/callback/:id': 'a provider',
  '/passkey/verify-authentication': 'a passkey',
  '/two-factor/verify-totp': 'a code of an authenticator',
  '/two-factor/verify-backup-code': 'a recovery code',
  '/device/token': 'a code, at a prompt',
}

/** What somebody changed about how they sign in. */
const changes: Record<string, string> = {
  '/set-password': 'a first password',
  '/change-password': 'another password',
  '/unlink-account': 'a way to sign in was taken away',
  '/passkey/verify-registration': 'a new passkey',
  '/passkey/delete-passkey': 'a passkey was removed',
  '/two-factor/disable': 'the second factor was turned off',
  '/two-factor/generate-backup-codes': 'new recovery codes',
}

/** What anybody may begin. */
const beginnings = new Set(['/sign-in/social', '/passkey/generate-authenticate-options', '/device/code'])

const unhandled = { answered: async () => undefined }

export function createSignInWatch({ access, ledger, limit, known }: SignInWatchParts): SignInWatch {
  return {
    async count(path, request) {
      if (beginnings.has(path)) await limit.begin(request.ip)
      const changed = changes[path]
      if (changed) return { answered: async ({ ok }) => void (ok && (await writeChange(path, changed, request))) }
      const way = ways[path]
      if (!way) return unhandled
      const email = emailIn(request.body)
      const isPolling = path === '/device/token'
      const knownBrowser = email === null ? null : known.nameOf(request, email)
      const takeBack = isPolling ? null : await limit.count({ address: request.ip, email, knownBrowser })
      return {
        async answered(answer) {
          const secret = await secretIn(answer)
          const caller = secret === undefined ? null : await access.callerOf(secret, null)
          const evidence = { address: request.ip, agent: request.headers['user-agent']?.slice(0, 200) ?? null }
          if (caller) await ledger.write(null, { actor: caller.name, action: 'sign-in.done', subject: way, evidence })
          const isRefused = isPolling ? false : answer.status >= 400 || isErrorAddress(answer.headers.get('location'))
          if (isRefused) {
            const actor = email ?? 'somebody'
            await ledger.write(null, { actor, action: 'sign-in.refused', subject: way, evidence })
          } else await takeBack?.()
        },
      }
    },
  }

  async function writeChange(path: string, subject: string, { caller }: FastifyRequest): Promise<void> {
    await ledger.write(null, { actor: caller?.name ?? 'somebody', action: 'sign-in.changed', subject })
    // Other sessions ended with the old password, and so do the streams they opened.
    if (path === '/change-password' && caller?.kind === 'person') ledger.accessChanged(caller.account.id)
  }
}

export const emailIn = (body: unknown): string | null =>
  z
    .looseObject({ email: z.string().max(200) })
    .safeParse(body)
    .data?.email.toLowerCase() ?? null

/** The secret of the session that an answer hands out. */
async function secretIn(answer: Response): Promise<string | undefined> {
  for (const cookie of answer.headers.getSetCookie()) {
    const value = cookie.startsWith(`${sessionCookie}=`) ? cookie.slice(sessionCookie.length + 1).split(/[;.]/)[0] : ''
    if (value) return value
  }
  if (!answer.ok || !answer.headers.get('content-type')?.includes('json')) return undefined
  const body: unknown = await answer.clone().json()
  return z.looseObject({ access_token: z.string() }).safeParse(body).data?.access_token
}

const isErrorAddress = (location: string | null): boolean => location?.includes('error=') ?? false
