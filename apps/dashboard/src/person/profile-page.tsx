import type { Profile } from '@gantry/core/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { get, post } from '../api/client.ts'
import { Page } from '../ui/page.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { AskForm, Field, textIn } from './form.tsx'
import { PasskeysPanel } from './passkeys-panel.tsx'
import { PasswordPanel } from './password-panel.tsx'
import { SecondFactorPanel } from './second-factor-panel.tsx'
import { SessionsPanel } from './sessions-panel.tsx'
import { providerRefusal } from './sign-in-errors.ts'
import { SlackPanel } from './slack-panel.tsx'

const profile = {
  queryKey: ['me', 'profile'],
  queryFn: ({ signal }: { signal: AbortSignal }) => get<Profile>('/me/profile', signal),
}

/** Who one is, and how one signs in. */
export function ProfilePage() {
  const query = useQuery(profile)
  const client = useQueryClient()
  const refused = providerRefusal(location.search)
  const changed = () => client.invalidateQueries({ queryKey: ['me'] })
  return (
    <Page title="Profile">
      {refused && (
        <p role="alert" className="text-bad">
          The provider was not added. {refused}
        </p>
      )}
      <Loaded query={query} rows={4}>
        {person => (
          <div className="grid gap-3 lg:grid-cols-2">
            <NamePanel person={person} onChanged={changed} />
            <PasswordPanel hasEmail={person.email !== null} />
            <PasskeysPanel />
            <SecondFactorPanel isOn={person.hasSecondFactor} hasPassword={person.hasPassword} onChanged={changed} />
            <SlackPanel />
            <SessionsPanel />
          </div>
        )}
      </Loaded>
    </Page>
  )
}

/** Another e-mail takes the password: with it one signs in, and by it git knows one. */
function NamePanel({ person, onChanged }: { person: Profile; onChanged: () => Promise<unknown> }) {
  const [email, setEmail] = useState(person.email ?? '')
  const isOther = person.email !== null && email.trim().toLowerCase() !== person.email
  const submit = async (form: FormData) => {
    const password = isOther && person.hasPassword ? { password: textIn(form, 'password') } : {}
    await post('/me/profile', { name: textIn(form, 'name'), email: email.trim() || null, ...password })
    await onChanged()
    toast('Saved')
  }
  return (
    <Panel title="Name and e-mail">
      <AskForm act="Save" submit={submit}>
        <Field
          label="Name"
          name="name"
          defaultValue={person.name}
          autoComplete="name"
          maxLength={100}
          hint="How approvals and the ledger call you."
        />
        <Field
          label="E-mail"
          name="email"
          type="email"
          required={person.email !== null}
          value={email}
          onChange={event => setEmail(event.target.value)}
          autoComplete="email"
          hint="Signs you in with a password. Commits of this e-mail, and of those you had before, are yours: you do not approve them."
        />
        {isOther && person.hasPassword && (
          <Field label="Present password" name="password" type="password" autoComplete="current-password" />
        )}
        {isOther && !person.hasPassword && (
          <p className="text-muted">Without a password this takes a sign-in of the last ten minutes.</p>
        )}
      </AskForm>
    </Panel>
  )
}
