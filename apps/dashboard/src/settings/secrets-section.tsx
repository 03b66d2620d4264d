import type { SecretList, SecretView, UnsetValue } from '@gantry/core/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Empty, Loaded, Panel } from '../ui/panel.tsx'
import { When } from '../ui/when.tsx'
import { SetValueDialog, type ValueToSet } from './set-value-dialog.tsx'
import { settingActs, settingQueries } from './setting-acts.ts'
import { SettingsRow, SettingsTable } from './table.tsx'
import { useWhyNot } from './use-why-not.ts'

/** Secrets by name: what they are is shown nowhere. */
export function SecretsSection() {
  const query = useQuery(settingQueries.secrets())
  return <Loaded query={query}>{list => <Secrets list={list} />}</Loaded>
}

function Secrets({ list }: { list: SecretList }) {
  const client = useQueryClient()
  const why = useWhyNot()
  const [toSet, setToSet] = useState<ValueToSet | null>(null)
  const [toRemove, setToRemove] = useState<SecretView | null>(null)
  const again = () => client.invalidateQueries({ queryKey: ['settings'] })
  return (
    <>
      <Panel
        title="Secrets"
        flush
        aside={
          <Button why={why} onClick={() => setToSet({ kind: 'secret' })}>
            Set a secret…
          </Button>
        }
      >
        {list.secrets.length === 0 ? (
          <Empty>
            <p>
              No secret yet. Jobs ask for them as <code>secrets.NAME</code>; <code>gantry secrets set NAME</code> sets
              one too.
            </p>
          </Empty>
        ) : (
          <SettingsTable label="Secrets" columns={['Name', 'Of', 'Given to', 'Set', 'Acts']}>
            {list.secrets.map(secret => (
              <Row
                key={`${secret.environment} ${secret.name}`}
                secret={secret}
                why={why}
                onSet={() => setToSet({ ...secret, kind: 'secret' })}
                onRemove={() => setToRemove(secret)}
              />
            ))}
          </SettingsTable>
        )}
      </Panel>
      <Unset unset={list.unset} why={why} onSet={setToSet} />
      {toSet && (
        <SetValueDialog
          of={toSet}
          environments={list.environments}
          onClose={() => setToSet(null)}
          onDone={() => void again()}
        />
      )}
      {toRemove && (
        <ConfirmDialog
          title={`Jobs find ${nameOf(toRemove)} empty`}
          confirm={`Remove ${toRemove.name}`}
          onClose={() => setToRemove(null)}
          act={async () => {
            await settingActs.removeSecret(toRemove)
            await again()
            toast(`Removed ${nameOf(toRemove)}`)
          }}
        >
          <p>Its value cannot be had back: nobody can see it, Gantry neither.</p>
        </ConfirmDialog>
      )}
    </>
  )
}

function Row(props: { secret: SecretView; why: string | null; onSet: () => void; onRemove: () => void }) {
  const { secret, why, onSet, onRemove } = props
  return (
    <SettingsRow
      name={<code>{secret.name}</code>}
      cells={[
        secret.environment ?? 'repository',
        <span key="given" className={secret.isLost ? 'font-semibold text-bad' : ''}>
          {givenTo(secret)}
        </span>,
        <span key="set">
          <When at={secret.updatedAt} /> by {secret.updatedBy}
        </span>,
      ]}
      acts={
        <>
          <Button why={why} aria-label={`Set ${nameOf(secret)} again…`} onClick={onSet}>
            Set again…
          </Button>
          <Button why={why} aria-label={`Remove ${nameOf(secret)}…`} onClick={onRemove}>
            Remove…
          </Button>
        </>
      }
    />
  )
}

function Unset({ unset, why, onSet }: { unset: UnsetValue[]; why: string | null; onSet: (of: ValueToSet) => void }) {
  if (unset.length === 0) return null
  return (
    <Panel title="Asked for by workflows of main, and not set" flush>
      <SettingsTable label="Not set" columns={['Name', 'Of', 'Asked for by', 'Acts']}>
        {unset.map(each => (
          <SettingsRow
            key={`${each.kind} ${each.environment} ${each.name}`}
            name={<code>{each.name}</code>}
            cells={[`${each.environment ?? 'repository'}, ${each.kind}`, each.askedBy.join(', ')]}
            acts={
              <Button why={why} aria-label={`Set ${nameOf(each)}…`} onClick={() => onSet(each)}>
                Set…
              </Button>
            }
          />
        ))}
      </SettingsTable>
    </Panel>
  )
}

function givenTo({ environment, isForAnyBranch, isLost }: SecretView): string {
  if (isLost) return 'nobody: its key is lost, set it again'
  if (environment !== null) return `jobs let into ${environment}`
  return isForAnyBranch ? 'every run, pull requests too' : 'runs of main and of deployed branches'
}

const nameOf = ({ name, environment }: { name: string; environment: string | null }): string =>
  environment === null ? name : `${name} of ${environment}`
