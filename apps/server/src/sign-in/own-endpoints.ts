import type { UsedSignInLink } from '@gantry/core'
import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthEndpoint, freshSessionMiddleware } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import * as z from 'zod'

/** What better-auth leaves to its users: the link that a server prints when it starts, and a first password beside it. */
export const ownEndpoints = (useLink: (link: string) => Promise<UsedSignInLink | null>) =>
  ({
    id: 'gantry',
    endpoints: {
      signInByLink: createAuthEndpoint(
        '/sign-in/link',
        { method: 'POST', body: z.object({ link: z.string() }) },
        async context => {
          const { internalAdapter } = context.context
          const used = await useLink(context.body.link)
          const user = used && (await internalAdapter.findUserById(used.person.id))
          if (!user) throw new APIError('UNAUTHORIZED', { message: 'this link does not work' })
          // Whoever knows the lost password is somebody else.
          if (used.isForLostPassword) {
            const credential = await internalAdapter.findCredentialAccount(user.id)
            if (credential) await internalAdapter.deleteAccount(credential.id)
            await internalAdapter.deleteUserSessions(user.id)
          }
          const session = await internalAdapter.createSession(user.id)
          await setSessionCookie(context, { session, user })
          return context.json({ id: user.id, name: user.name, isPasswordGone: used.isForLostPassword })
        },
      ),
      setFirstPassword: createAuthEndpoint(
        '/set-password',
        { method: 'POST', body: z.object({ newPassword: z.string() }), use: [freshSessionMiddleware] },
        async context => {
          const { internalAdapter, password } = context.context
          const { id, email } = context.context.session.user
          const { minPasswordLength, maxPasswordLength } = password.config
          const { newPassword } = context.body
          if (newPassword.length < minPasswordLength || newPassword.length > maxPasswordLength)
            throw new APIError('BAD_REQUEST', {
              message: `a password has ${minPasswordLength} to ${maxPasswordLength} characters`,
            })
          if (!email)
            throw new APIError('BAD_REQUEST', { message: 'a password needs an e-mail to sign in with; add one first' })
          const accounts = await internalAdapter.findAccounts(id)
          if (accounts.some(({ providerId }) => providerId === 'credential'))
            throw new APIError('BAD_REQUEST', { message: 'there is a password already; change it instead' })
          const hash = await password.hash(newPassword)
          await internalAdapter.linkAccount({ userId: id, providerId: 'credential', accountId: id, password: hash })
          return context.json({})
        },
      ),
    },
  }) satisfies BetterAuthPlugin
