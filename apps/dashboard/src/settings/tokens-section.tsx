import type { MadeToken, ScopeWord, TokenView } from '@gantry/core/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Empty, Loaded, Panel } from '../ui/panel.tsx'
import { Refusal } from '../ui/refusal.tsx'
import { When } from '../ui/when.tsx'
import { FormDialog, Labelled, textIn } from './form-dialog.tsx'
import { settingActs, settingQueries } from './setting-acts.ts'
import { ShownOnce } from './shown-once.tsx'
import { SettingsRow, SettingsTable } from './table.tsx'
import { useWhyNot } from './use-why-not.ts'

type Layer = { act: 'make' } | { act: 'show'; made: MadeToken } | { act: 'revoke'; token: TokenView }

/** What programs call the API with. A token is shown once, and does nothing that somebody answers for by name. */
export function TokensSection() {
  const why = useWhyNot()
  if (why !== null)
    return (
      <Panel title="Tokens">
        <p className="text-muted">{why}.</p>
      </Panel>
    )
  return <Tokens />
}

function Tokens() {
  const query = useQuery(settingQueries.tokens())
  const client = useQueryClient()
  const [layer, setLayer] = useState<Layer | null>(null)
  const again = () => client.invalidateQueries({ queryKey: ['settings'] })
  /** Closes that layer, and not the one that came in its place. */
  const close = (act: Layer['act']) => () => setLayer(now => (now?.act === act ? null : now))
  return (
    <Panel title="Tokens" flush aside={<Button onClick={() => setLayer({ act: 'make' })}>Make a token…</Button>}>
      <Loaded query={query} rows={3}>
        {({ tokens }) => <List tokens={tokens} onRevoke={token => setLayer({ act: 'revoke', token })} />}
      </Loaded>
      {layer?.act === 'make' && (
        <MakeToken onClose={close('make')} onMade={made => setLayer({ act: 'show', made })} onDone={again} />
      )}
      {layer?.act === 'show' && (
        <ShownOnce title="The token" text={layer.made.token} onClose={close('show')}>
          Give it to the program now, as its secret GANTRY_TOKEN. It is not shown again.
        </ShownOnce>
      )}
      {layer?.act === 'revoke' && (
        <ConfirmDialog
          title={`${layer.token.name} is refused from now on`}
          confirm="Revoke the token"
          onClose={close('revoke')}
          act={async () => {
            await settingActs.revokeToken(layer.token.id)
            await again()
            toast(`Revoked ${layer.token.name}`)
          }}
        >
          <p>It does not come back. Make another first where a program must not stop.</p>
        </ConfirmDialog>
      )}
    </Panel>
  )
}

function List({ tokens, onRevoke }: { tokens: TokenView[]; onRevoke: (token: TokenView) => void }) {
  if (tokens.length === 0)
    return (
      <Empty>
        <p>
          No token works. Programs such as GitHub’s jobs need one; <code>gantry tokens create</code> makes one too.
        </p>
      </Empty>
    )
  return (
    <SettingsTable label="Tokens" columns={['Name', 'May', 'Made', 'Last used', 'Until', 'Acts']}>
      {tokens.map(token => (
        <Row key={token.id} token={token} onRevoke={() => onRevoke(token)} />
      ))}
    </SettingsTable>
  )
}

function Row({ token, onRevoke }: { token: TokenView; onRevoke: () => void }) {
  const { name, kind, environment, scopes, createdBy, createdAt, lastUsedAt, expiresAt } = token
  return (
    <SettingsRow
      name={name}
      cells={[
        `${scopes.join(', ')}${environment === null ? '' : ` in ${environment}`}`,
        <span key="made">
          {createdAt === null ? 'before it was noted' : <When at={createdAt} />}
          {kind === 'job' ? ' by a job' : createdBy && ` by ${createdBy}`}
        </span>,
        lastUsedAt === null ? 'never' : <When key="used" at={lastUsedAt} />,
        <When key="until" at={expiresAt} />,
      ]}
      acts={
        <Button aria-label={`Revoke ${name}…`} onClick={onRevoke}>
          Revoke…
        </Button>
      }
    />
  )
}

/** What a token may do wherever it is; deploying and rolling back are for one environment each. */
const scopesAnywhere = {
  read: 'see what a viewer sees',
  run: 'start, re-run and cancel runs',
  release: 'upload artifacts and record releases',
  respond: 'resolve issues, acknowledge and resolve incidents',
  ingest: 'hand in what clients report',
} as const satisfies Record<Exclude<ScopeWord, 'deploy' | 'rollback'>, string>

function MakeToken(props: { onClose: () => void; onMade: (made: MadeToken) => void; onDone: () => Promise<void> }) {
  const { onClose, onMade, onDone } = props
  const places = useQuery(settingQueries.places())
  const choices = [
    ...Object.entries(scopesAnywhere),
    ...(places.data?.environments ?? []).flatMap(({ name }) => [
      [`deploy:${name}`, `deploy into ${name}`] as const,
      [`rollback:${name}`, `roll ${name} back`] as const,
    ]),
  ]
  const submit = async (form: FormData) => {
    const scopes = form.getAll('scope').map(String)
    const made = await settingActs.makeToken({ name: textIn(form, 'name'), scopes, days: Number(textIn(form, 'days')) })
    // At once: whatever the list answers, the token is not had a second time.
    onMade(made)
    await onDone()
  }
  return (
    <FormDialog title="Make a token" confirm="Make the token" onClose={onClose} submit={submit}>
      <Labelled label="Name" hint="What it is for, to know it again in the list">
        <TextField label="Name" placeholder="" name="name" required maxLength={100} />
      </Labelled>
      <fieldset className="flex flex-col gap-1">
        <legend className="font-semibold">It may</legend>
        {choices.map(([scope, covers]) => (
          <label key={scope} className="flex flex-wrap items-center gap-x-2">
            <input type="checkbox" name="scope" value={scope} defaultChecked={scope === 'read'} />
            <code>{scope}</code> <span className="text-muted">{covers}</span>
          </label>
        ))}
        {places.isError && <Refusal error={places.error} onRetry={() => void places.refetch()} />}
      </fieldset>
      <Labelled label="Days it works" hint="1 to 365">
        <TextField
          label="Days it works"
          placeholder=""
          name="days"
          type="number"
          min={1}
          max={365}
          defaultValue={90}
          required
        />
      </Labelled>
    </FormDialog>
  )
}
