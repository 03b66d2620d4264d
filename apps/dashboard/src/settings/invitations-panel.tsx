import type { Invitation, MadeInvitation } from '@gantry/core/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { roleWords } from '../person/role-words.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Empty, Loaded, Panel } from '../ui/panel.tsx'
import { When } from '../ui/when.tsx'
import { FormDialog, Labelled, textIn } from './form-dialog.tsx'
import { RoleField, roleIn } from './role-field.tsx'
import { settingActs, settingQueries } from './setting-acts.ts'
import { ShownOnce } from './shown-once.tsx'
import { SettingsRow, SettingsTable } from './table.tsx'

type Layer = { act: 'invite' } | { act: 'show'; made: MadeInvitation } | { act: 'revoke'; invitation: Invitation }

/** Links that let somebody in, and still can be accepted. */
export function InvitationsPanel() {
  const query = useQuery(settingQueries.invitations())
  const client = useQueryClient()
  const [layer, setLayer] = useState<Layer | null>(null)
  const again = () => client.invalidateQueries({ queryKey: ['settings'] })
  /** Closes that layer, and not the one that came in its place. */
  const close = (act: Layer['act']) => () => setLayer(now => (now?.act === act ? null : now))
  return (
    <Panel
      title="Invitations"
      flush
      aside={<Button onClick={() => setLayer({ act: 'invite' })}>Invite somebody…</Button>}
    >
      <Loaded query={query} rows={2}>
        {({ invitations }) => (
          <Invitations of={invitations} onRevoke={invitation => setLayer({ act: 'revoke', invitation })} />
        )}
      </Loaded>
      {layer?.act === 'invite' && (
        <Invite onClose={close('invite')} onMade={made => setLayer({ act: 'show', made })} onDone={again} />
      )}
      {layer?.act === 'show' && (
        <ShownOnce title="A link for one person" text={layer.made.link} onClose={close('show')}>
          {whatToDoWith(layer.made)}
        </ShownOnce>
      )}
      {layer?.act === 'revoke' && (
        <ConfirmDialog
          title={`The link for ${nameOf(layer.invitation)} opens nothing any more`}
          confirm="Revoke the invitation"
          onClose={close('revoke')}
          act={async () => {
            await settingActs.revokeInvitation(layer.invitation.id)
            await again()
            toast(`Revoked the invitation of ${nameOf(layer.invitation)}`)
          }}
        />
      )}
    </Panel>
  )
}

function Invitations({ of, onRevoke }: { of: Invitation[]; onRevoke: (invitation: Invitation) => void }) {
  if (of.length === 0)
    return (
      <Empty>
        <p>
          Nobody is invited at the moment. <code>gantry people invite developer</code> makes a link too.
        </p>
      </Empty>
    )
  return (
    <SettingsTable label="Invitations" columns={['For', 'Role', 'Until', 'By', 'Acts']}>
      {of.map(each => (
        <SettingsRow
          key={each.id}
          name={nameOf(each)}
          cells={[roleWords[each.role], <When key="until" at={each.expiresAt} />, each.invitedBy]}
          acts={
            <Button aria-label={`Revoke the invitation of ${nameOf(each)}…`} onClick={() => onRevoke(each)}>
              Revoke…
            </Button>
          }
        />
      ))}
    </SettingsTable>
  )
}

function Invite(props: { onClose: () => void; onMade: (made: MadeInvitation) => void; onDone: () => Promise<void> }) {
  const { onClose, onMade, onDone } = props
  const submit = async (form: FormData) => {
    const email = textIn(form, 'email').trim() || null
    const made = await settingActs.invite({ role: roleIn(form), email, days: Number(textIn(form, 'days')) })
    // At once: whatever the list answers, the link is not had a second time.
    onMade(made)
    await onDone()
  }
  return (
    <FormDialog title="Invite somebody" confirm="Make the link" onClose={onClose} submit={submit}>
      <RoleField initial="developer" />
      <Labelled label="E-mail" hint="Only whoever has it may accept; left out: whoever has the link">
        <TextField label="E-mail" placeholder="" name="email" type="email" maxLength={200} />
      </Labelled>
      <Labelled label="Days it works" hint="1 to 30">
        <TextField
          label="Days it works"
          placeholder=""
          name="days"
          type="number"
          min={1}
          max={30}
          defaultValue={7}
          required
        />
      </Labelled>
    </FormDialog>
  )
}

function whatToDoWith({ invitation: { email, role }, isMailed }: MadeInvitation): string {
  const as = `as ${roleWords[role]}`
  if (email === null) return `Give it to one person: whoever opens it first joins ${as}. It is not shown again.`
  const way = isMailed ? `It was mailed to ${email} too` : `Give it to ${email}`
  return `${way}: only the account of that e-mail joins with it, ${as}. It is not shown again.`
}

const nameOf = ({ email }: Invitation): string => email ?? 'whoever has the link'
