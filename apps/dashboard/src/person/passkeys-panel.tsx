import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from '../ui/button.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { Refusal } from '../ui/refusal.tsx'
import { When } from '../ui/when.tsx'
import { askAuth } from './auth.ts'
import { AskForm, Field, textIn, useAsk } from './form.tsx'
import { addPasskey, whyNoPasskeys } from './passkeys.ts'

interface Passkey {
  id: string
  name?: string | null
  createdAt: string
}

export function PasskeysPanel() {
  const client = useQueryClient()
  const { run, refused } = useAsk()
  const whyNot = whyNoPasskeys()
  const query = useQuery({
    queryKey: ['me', 'passkeys'],
    queryFn: () => askAuth<Passkey[]>('/api/auth/passkey/list-user-passkeys'),
  })
  const changed = () => client.invalidateQueries({ queryKey: ['me', 'passkeys'] })
  return (
    <Panel title="Passkeys">
      <Loaded query={query} rows={2}>
        {passkeys => (
          <ul className="mb-3 flex flex-col gap-1">
            {passkeys.length === 0 && <li className="text-muted">No passkey yet.</li>}
            {passkeys.map(({ id, name, createdAt }) => (
              <li key={id} className="flex items-center gap-3">
                <b>{name || 'Passkey'}</b> added <When at={createdAt} />
                <Button
                  onClick={() => void run(() => askAuth('/api/auth/passkey/delete-passkey', { id }).then(changed))}
                >
                  Remove {name || 'it'}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {refused && <Refusal error={refused} />}
      {whyNot === null ? (
        <AskForm act="Add a passkey" look="plain" submit={form => addPasskey(textIn(form, 'name')).then(changed)}>
          <Field label="Name of the passkey" name="name" defaultValue="This device" maxLength={60} />
        </AskForm>
      ) : (
        <p className="text-muted">{whyNot}</p>
      )}
    </Panel>
  )
}
