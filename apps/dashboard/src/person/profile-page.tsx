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

/** Who one is, how one signs in, and what one wants to be told. */
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
            <WishesPanel person={person} onChanged={changed} />
            <SessionsPanel />
          </div>
        )}
      </Loaded>
    </Page>
  )
}

const wishes = [
  ['approval', 'A promotion of a project where I approve waits for people'],
  ['incident', 'An incident is opened in a project of mine'],
] as const

function WishesPanel({ person, onChanged }: { person: Profile; onChanged: () => Promise<unknown> }) {
  const save = (form: FormData) => post('/me/wishes', { wishes: form.getAll('wish').map(String) }).then(onChanged)
  return (
    <Panel title="Mail to me">
      {!person.canMail && (
        <p className="mb-3 text-muted">
          This server sends no mail yet: whoever runs it sets <code>GANTRY_SMTP_URL</code>. What you choose is kept.
        </p>
      )}
      <AskForm act="Save" submit={save}>
        {wishes.map(([wish, says]) => (
          <label key={wish} className="flex items-center gap-2">
            <input type="checkbox" name="wish" value={wish} defaultChecked={person.wishes.includes(wish)} />
            {says}
          </label>
        ))}
      </AskForm>
    </Panel>
  )
}
