import type { Profile } from '@gantry/core/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { get, post } from '../api/client.ts'
import { Page } from '../ui/page.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { AskForm, Field, textIn } from './form.tsx'
import { PasskeysPanel } from './passkeys-panel.tsx'
import { PasswordPanel } from './password-panel.tsx'
import { SecondFactorPanel } from './second-factor-panel.tsx'
import { SessionsPanel } from './sessions-panel.tsx'

const profile = {
  queryKey: ['me', 'profile'],
  queryFn: ({ signal }: { signal: AbortSignal }) => get<Profile>('/me/profile', signal),
}

/** Who one is, and how one signs in. */
export function ProfilePage() {
  const query = useQuery(profile)
  const client = useQueryClient()
  const changed = () => client.invalidateQueries({ queryKey: ['me'] })
  return (
    <Page title="Profile">
      <Loaded query={query} rows={4}>
        {person => (
          <div className="grid gap-3 lg:grid-cols-2">
            <Panel title="Name and e-mail">
              <AskForm
                act="Save"
                submit={form =>
                  post('/me/profile', { name: textIn(form, 'name'), email: textIn(form, 'email') || null }).then(
                    changed,
                  )
                }
              >
                <Field label="Name" name="name" defaultValue={person.name} autoComplete="name" />
                <Field
                  label="E-mail"
                  name="email"
                  type="email"
                  required={person.email !== null}
                  defaultValue={person.email ?? ''}
                  autoComplete="email"
                  hint="Signs you in with a password. A commit of this e-mail is yours: you do not approve it."
                />
              </AskForm>
            </Panel>
            <PasswordPanel hasEmail={person.email !== null} />
            <PasskeysPanel />
            <SecondFactorPanel isOn={person.hasSecondFactor} onChanged={changed} />
            <SessionsPanel />
          </div>
        )}
      </Loaded>
    </Page>
  )
}
