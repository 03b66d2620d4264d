import type { IngestKeyView } from '@gantry/core/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { queries } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { When } from '../ui/when.tsx'
import { FormDialog, Labelled, textIn } from './form-dialog.tsx'
import { settingActs, settingQueries } from './setting-acts.ts'
import { SettingsRow, SettingsTable } from './table.tsx'
import { useWhyNot } from './use-why-not.ts'

type Asked = { act: 'make' } | { act: 'rotate' | 'revoke'; key: IngestKeyView } | null

/** What clients report with: no secrets, for a page that reports holds one. */
export function KeysSection() {
  const query = useQuery(settingQueries.keys())
  const client = useQueryClient()
  const why = useWhyNot()
  const [asked, ask] = useState<Asked>(null)
  const again = () => client.invalidateQueries({ queryKey: ['settings'] })
  const close = () => ask(null)
  return (
    <Panel
      title="Ingest keys"
      flush
      aside={
        <Button why={why} onClick={() => ask({ act: 'make' })}>
          Make a key…
        </Button>
      }
    >
      <Loaded query={query}>
        {({ keys }) => (
          <SettingsTable label="Ingest keys" columns={['Of', 'Kind', 'Key', 'Pages', 'Last used', 'State', 'Acts']}>
            {keys.map(key => (
              <Row key={key.id} of={key} why={why} onAsk={ask} />
            ))}
          </SettingsTable>
        )}
      </Loaded>
      {asked?.act === 'make' && <MakeKey onClose={close} onDone={again} />}
      {asked?.act === 'rotate' && <RotateKey of={asked.key} onClose={close} onDone={again} />}
      {asked?.act === 'revoke' && (
        <ConfirmDialog
          title={`Whoever reports with ${short(asked.key)} is refused from now on`}
          confirm="Revoke the key"
          onClose={close}
          act={async () => {
            await settingActs.revokeKey(asked.key.id)
            await again()
          }}
        >
          <p>It does not come back. To change it without a gap, rotate it: the former one works on for a while.</p>
        </ConfirmDialog>
      )}
    </Panel>
  )
}

function Row({ of, why, onAsk }: { of: IngestKeyView; why: string | null; onAsk: (asked: Asked) => void }) {
  const isOver = of.state === 'revoked' || of.state === 'ended' ? 'It does not work any more' : null
  return (
    <SettingsRow
      name={of.service ?? 'the project'}
      cells={[
        of.kind,
        <code key="key" data-tip={of.dsn}>
          {short(of)}
        </code>,
        of.origins.join(', ') || 'all',
        of.lastUsedAt ? <When key="used" at={of.lastUsedAt} /> : 'never',
        of.state === 'rotated' && of.worksUntil ? (
          <span key="until">
            works until <When at={of.worksUntil} />
          </span>
        ) : (
          of.state
        ),
      ]}
      acts={
        <>
          <Button
            why={why ?? isOver ?? (of.state === 'rotated' ? 'It has its successor already' : null)}
            aria-label={`Rotate ${short(of)}…`}
            onClick={() => onAsk({ act: 'rotate', key: of })}
          >
            Rotate…
          </Button>
          <Button
            why={why ?? isOver}
            aria-label={`Revoke ${short(of)}…`}
            onClick={() => onAsk({ act: 'revoke', key: of })}
          >
            Revoke…
          </Button>
        </>
      }
    />
  )
}

function MakeKey({ onClose, onDone }: { onClose: () => void; onDone: () => Promise<void> }) {
  const line = useQuery(queries.line())
  const services = line.data?.services ?? []
  const submit = async (form: FormData) => {
    const origins = textIn(form, 'origins')
      .split(/[\s,]+/)
      .filter(Boolean)
    const key = await settingActs.makeKey({
      service: textIn(form, 'service') || null,
      kind: textIn(form, 'kind'),
      origins,
    })
    await onDone()
    toast(`Made ${short(key)}`)
  }
  return (
    <FormDialog title="Make a key" confirm="Make the key" onClose={onClose} submit={submit}>
      <Labelled label="Of" hint="Whose reports come with it">
        <SelectField label="Of" name="service">
          <option value="">the project</option>
          {services.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
      </Labelled>
      <Labelled
        label="Kind"
        hint="A client’s may be seen by anyone; a server’s is kept by a server, and may send log lines"
      >
        <SelectField label="Kind" name="kind">
          <option>client</option>
          <option>server</option>
        </SelectField>
      </Labelled>
      <Labelled label="Pages" hint="https://shop.example or *.shop.example, commas between; empty: all">
        <TextField label="Pages" placeholder="" name="origins" />
      </Labelled>
    </FormDialog>
  )
}

function RotateKey(props: { of: IngestKeyView; onClose: () => void; onDone: () => Promise<void> }) {
  const { of, onClose, onDone } = props
  const submit = async (form: FormData) => {
    const next = await settingActs.rotateKey(of.id, textIn(form, 'grace'))
    await onDone()
    toast(`${short(next)} takes the place of ${short(of)}`)
  }
  return (
    <FormDialog
      title={`A new key takes the place of ${short(of)}`}
      confirm="Rotate the key"
      onClose={onClose}
      submit={submit}
    >
      <Labelled label="The former one works for" hint="As 7d or 12h; 0s: not at all">
        <TextField label="The former one works for" placeholder="" name="grace" defaultValue="7d" required />
      </Labelled>
    </FormDialog>
  )
}

const short = ({ key }: IngestKeyView): string => `${key.slice(0, 8)}…`
