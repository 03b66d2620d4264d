import type { SignInWays } from '@gantry/core/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import { Button } from '../ui/button.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { Refusal } from '../ui/refusal.tsx'
import { askAuth } from './auth.ts'
import { AskForm, Field, textIn, useAsk } from './form.tsx'

interface Way {
  id: string
  providerId: string
}

/** The password, and the providers that sign one in. */
export function PasswordPanel({ hasEmail }: { hasEmail: boolean }) {
  const client = useQueryClient()
  const own = useQuery({ queryKey: ['me', 'ways'], queryFn: () => askAuth<Way[]>('/api/auth/list-accounts') })
  const { data: known } = useQuery({
    queryKey: ['sign-in', 'ways'],
    queryFn: () => askAuth<SignInWays>('/api/v1/sign-in/ways'),
  })
  const changed = () => client.invalidateQueries({ queryKey: ['me'] })
  return (
    <Panel title="Password and providers">
      <Loaded query={own} rows={3}>
        {ways => (
          <div className="flex flex-col gap-4">
            <PasswordForm
              isNew={!ways.some(({ providerId }) => providerId === 'credential')}
              hasEmail={hasEmail}
              onDone={changed}
            />
            {known?.providers.map(({ id, name }) => (
              <Provider
                key={id}
                id={id}
                name={name}
                account={ways.find(({ providerId }) => providerId === id)?.id ?? null}
                onDone={changed}
              />
            ))}
          </div>
        )}
      </Loaded>
    </Panel>
  )
}

function PasswordForm({
  isNew,
  hasEmail,
  onDone,
}: {
  isNew: boolean
  hasEmail: boolean
  onDone: () => Promise<unknown>
}) {
  if (isNew && !hasEmail)
    return <p className="text-muted">Add an e-mail first: a password signs in together with one.</p>
  const submit = async (form: FormData) => {
    const newPassword = textIn(form, 'new')
    if (isNew) await askAuth('/api/auth/set-password', { newPassword })
    else {
      const currentPassword = textIn(form, 'old')
      await askAuth('/api/auth/change-password', { newPassword, currentPassword, revokeOtherSessions: true })
    }
    toast(isNew ? 'You have a password now' : 'The password was changed; other sessions have ended')
    await onDone()
  }
  return (
    <AskForm key={String(isNew)} act={isNew ? 'Set a password' : 'Change the password'} submit={submit}>
      {!isNew && (
        <Field
          label="Present password"
          name="old"
          type="password"
          autoComplete="current-password"
          hint="Lost it? An owner of the server makes you a link: gantry people link."
        />
      )}
      <Field
        label="New password"
        name="new"
        type="password"
        minLength={10}
        autoComplete="new-password"
        hint={isNew ? 'Ten characters or more.' : 'Ten characters or more. It signs you out everywhere else.'}
      />
    </AskForm>
  )
}

function Provider(props: { id: string; name: string; account: string | null; onDone: () => Promise<unknown> }) {
  const { id, name, account, onDone } = props
  const isOn = account !== null
  const { run, refused } = useAsk()
  const add = async () => {
    const asked = { provider: id, callbackURL: '/profile', errorCallbackURL: '/profile' }
    location.assign((await askAuth<{ url: string }>('/api/auth/link-social', asked)).url)
  }
  const remove = () => askAuth('/api/auth/unlink-account', { accountId: account }).then(onDone)
  return (
    <div className="flex flex-wrap items-center gap-3">
      <span>
        {name} {isOn ? 'signs you in' : 'does not sign you in'}
      </span>
      <Button onClick={() => void run(isOn ? remove : add)}>{isOn ? `Remove ${name}` : `Add ${name}`}</Button>
      {refused && <Refusal error={refused} />}
    </div>
  )
}
