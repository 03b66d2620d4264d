import type { ErrorBody } from '@gantry/core/api'
import { ApiError, unreachable } from '../api/client.ts'

/** Asks what signs people in. Unlike elsewhere, a 401 here is a wrong password and no end of a session. */
export async function askAuth<T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, {
    ...(signal && { signal }),
    ...(body !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  }).catch(() => {
    throw new ApiError(0, unreachable)
  })
  const answer: unknown = await response.json().catch(() => null)
  if (response.ok) return answer as T
  throw new ApiError(response.status, (answer as Partial<ErrorBody> | null)?.error ?? {})
}

export const auth = {
  byPassword: (email: string, password: string) =>
    askAuth<{ twoFactorRedirect?: boolean }>('/api/auth/sign-in/email', { email, password }),
  signUp: (name: string, email: string, password: string) =>
    askAuth<unknown>('/api/auth/sign-up/email', { name, email, password }),
  byCode: (code: string) => askAuth<unknown>('/api/auth/two-factor/verify-totp', { code }),
  byRecoveryCode: (code: string) => askAuth<unknown>('/api/auth/two-factor/verify-backup-code', { code }),
  byLink: (token: string) => askAuth<unknown>('/api/v1/sign-in', { token }),
  lookAtInvitation: <T>(token: string) => askAuth<T>('/api/v1/invitations/look', { token }),
  acceptInvitation: (token: string) => askAuth<{ project: string }>('/api/v1/invitations/accept', { token }),
}

/** Leaves for a provider, which sends the browser back to `to`. */
export async function goToProvider(provider: string, to: string): Promise<void> {
  const asked = { provider, callbackURL: to, errorCallbackURL: to }
  const { url } = await askAuth<{ url: string }>('/api/auth/sign-in/social', asked)
  location.assign(url)
}
