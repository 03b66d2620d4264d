import type { Member } from '@gantry/core/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { queries } from '../api/queries.ts'
import { roleWords } from '../person/role-words.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { asError } from '../ui/refusal.tsx'
import { When } from '../ui/when.tsx'
import { FormDialog } from './form-dialog.tsx'
import { InvitationsPanel } from './invitations-panel.tsx'
import { whyOwnerStays } from './last-owner.ts'
import { RoleField, roleIn } from './role-field.tsx'
import { settingActs, settingQueries } from './setting-acts.ts'
import { SettingsRow, SettingsTable } from './table.tsx'
import { useWhyNot } from './use-why-not.ts'

type Asked = { act: 'role' | 'remove'; member: Member } | null

/** Who belongs to the project, and who is asked to. Everybody of it sees the first, owners the second. */
export function PeopleSection() {
  const why = useWhyNot()
  return (
    <>
      <People why={why} />
      {why === null && <InvitationsPanel />}
    </>
  )
}

function People({ why }: { why: string | null }) {
  const query = useQuery(settingQueries.people())
  const [asked, ask] = useState<Asked>(null)
  const again = usePeopleChanged()
  const close = () => ask(null)
  return (
    <Panel title="People" flush>
      <Loaded query={query} rows={3}>
        {({ people }) => (
          <SettingsTable label="People" columns={['Name', 'E-mail', 'Role', 'Since', 'Acts']}>
            {people.map(member => (
              <Row key={member.id} member={member} why={why ?? whyOwnerStays(member, people)} onAsk={ask} />
            ))}
          </SettingsTable>
        )}
      </Loaded>
      {asked?.act === 'role' && <ChangeRole member={asked.member} onClose={close} onDone={again} />}
      {asked?.act === 'remove' && <Remove member={asked.member} onClose={close} onDone={again} />}
    </Panel>
  )
}

function Row({ member, why, onAsk }: { member: Member; why: string | null; onAsk: (asked: Asked) => void }) {
  const { name, email, role, since } = member
  return (
    <SettingsRow
      name={name}
      cells={[email ?? 'none', roleWords[role], <When key="since" at={since} />]}
      acts={
        <>
          <Button why={why} aria-label={`Change role of ${name}…`} onClick={() => onAsk({ act: 'role', member })}>
            Change role…
          </Button>
          <Button why={why} aria-label={`Remove ${name}…`} onClick={() => onAsk({ act: 'remove', member })}>
            Remove…
          </Button>
        </>
      }
    />
  )
}

interface DialogProps {
  member: Member
  onClose: () => void
  onDone: () => Promise<void>
}

/** A dialog, for a select in the row would give a role with each press of an arrow key. */
function ChangeRole({ member, onClose, onDone }: DialogProps) {
  const isOneself = useIsOneself(member)
  const undo = async () => {
    try {
      await settingActs.giveRole(member.id, member.role)
    } catch (cause) {
      toast.error(asError(cause).message)
    }
    await onDone()
  }
  const submit = async (form: FormData) => {
    const role = roleIn(form)
    await settingActs.giveRole(member.id, role)
    await onDone()
    // Whoever made themselves less could not undo it.
    const action = isOneself ? {} : { action: { label: 'Undo', onClick: () => void undo() } }
    toast(`The role of ${member.name} is ${roleWords[role]} now`, action)
  }
  return (
    <FormDialog title={`${member.name} gets another role`} confirm="Give the role" onClose={onClose} submit={submit}>
      <RoleField
        initial={member.role}
        hint={
          isOneself
            ? 'It is your own role: with a lesser one you cannot take it back'
            : 'It counts at once, in open pages too'
        }
      />
    </FormDialog>
  )
}

function Remove({ member, onClose, onDone }: DialogProps) {
  const isOneself = useIsOneself(member)
  const { name } = member
  return (
    <ConfirmDialog
      title={`${name} sees nothing of this project any more`}
      confirm={`Remove ${name}`}
      onClose={onClose}
      act={async () => {
        await settingActs.removePerson(member.id)
        if (isOneself) return location.assign('/projects')
        await onDone()
        toast(`Removed ${name}`)
      }}
    >
      <p>
        At once, in open pages too; only an owner of the server still sees every project. What {name} did stays in the
        ledger. To come back takes an invitation.
      </p>
    </ConfirmDialog>
  )
}

function usePeopleChanged(): () => Promise<void> {
  const client = useQueryClient()
  return async () => {
    await Promise.all([['settings'], ['me']].map(queryKey => client.invalidateQueries({ queryKey })))
  }
}

function useIsOneself({ id }: Member): boolean {
  const { data } = useQuery(queries.me())
  return data?.person.id === id
}
