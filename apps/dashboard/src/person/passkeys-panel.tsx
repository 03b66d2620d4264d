import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { When } from '../ui/when.tsx'
import { askAuth } from './auth.ts'
import { AskForm, Field, textIn } from './form.tsx'
import { addPasskey, whyNoPasskeys } from './passkeys.ts'

interface Passkey {
  id: string
  name?: string | null
  createdAt: string
}

export function PasskeysPanel() {
  const client = useQueryClient()
  const [removed, remove] = useState<Passkey | null>(null)
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
            {passkeys.map(passkey => (
              <li key={passkey.id} className="flex flex-wrap items-center gap-x-3">
                <b>{nameOf(passkey)}</b>
                <span>
                  added <When at={passkey.createdAt} />
                </span>
                <Button aria-label={`Remove ${nameOf(passkey)}…`} onClick={() => remove(passkey)}>
                  Remove…
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {removed && (
        <ConfirmDialog
          title={`${nameOf(removed)} signs you in no more`}
          confirm={`Remove ${nameOf(removed)}`}
          onClose={() => remove(null)}
          act={async () => {
            await askAuth('/api/auth/passkey/delete-passkey', { id: removed.id })
            await changed()
          }}
        >
          <p>The device keeps offering it until you delete it there too.</p>
        </ConfirmDialog>
      )}
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

const nameOf = ({ name }: Passkey): string => name || 'the passkey'
