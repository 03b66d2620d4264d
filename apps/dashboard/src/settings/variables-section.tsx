import type { VariableList, VariableView } from '@gantry/core/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '../ui/button.tsx'
import { Empty, Loaded, Panel } from '../ui/panel.tsx'
import { asError } from '../ui/refusal.tsx'
import { When } from '../ui/when.tsx'
import { SetValueDialog, type ValueToSet } from './set-value-dialog.tsx'
import { settingActs, settingQueries } from './setting-acts.ts'
import { SettingsRow, SettingsTable } from './table.tsx'
import { useWhyNot } from './use-why-not.ts'

/** Long enough to be read, understood and reached by keyboard. */
const undoMs = 15_000

export function VariablesSection() {
  const query = useQuery(settingQueries.variables())
  return <Loaded query={query}>{list => <Variables list={list} />}</Loaded>
}

function Variables({ list }: { list: VariableList }) {
  const client = useQueryClient()
  const why = useWhyNot()
  const [toSet, setToSet] = useState<ValueToSet | null>(null)
  const again = () => client.invalidateQueries({ queryKey: ['settings'] })
  /** Its value is known, so that it can be undone. */
  const remove = async (variable: VariableView) => {
    try {
      await settingActs.removeVariable(variable)
      const undo = () => void settingActs.setVariable(variable).then(again)
      toast(`Removed ${nameOf(variable)}`, { duration: undoMs, action: { label: 'Undo', onClick: undo } })
    } catch (cause) {
      toast(asError(cause).message)
    }
    await again()
  }
  return (
    <Panel
      title="Variables"
      flush
      aside={
        <Button why={why} onClick={() => setToSet({ kind: 'variable' })}>
          Set a variable…
        </Button>
      }
    >
      {list.variables.length === 0 ? (
        <Empty>
          <p>
            No variable yet. Jobs ask for them as <code>vars.NAME</code>; <code>gantry vars set NAME value</code> sets
            one too.
          </p>
        </Empty>
      ) : (
        <SettingsTable label="Variables" columns={['Name', 'Of', 'Value', 'Set', 'Acts']}>
          {list.variables.map(variable => (
            <SettingsRow
              key={`${variable.environment} ${variable.name}`}
              name={<code>{variable.name}</code>}
              cells={[
                variable.environment ?? 'repository',
                <code key="value" className="break-all">
                  {variable.value}
                </code>,
                <span key="set">
                  <When at={variable.updatedAt} /> by {variable.updatedBy}
                </span>,
              ]}
              acts={
                <>
                  <Button
                    why={why}
                    aria-label={`Change ${nameOf(variable)}…`}
                    onClick={() => setToSet({ ...variable, kind: 'variable' })}
                  >
                    Change…
                  </Button>
                  <Button why={why} aria-label={`Remove ${nameOf(variable)}`} onClick={() => void remove(variable)}>
                    Remove
                  </Button>
                </>
              }
            />
          ))}
        </SettingsTable>
      )}
      {toSet && (
        <SetValueDialog
          of={toSet}
          environments={list.environments}
          onClose={() => setToSet(null)}
          onDone={() => void again()}
        />
      )}
    </Panel>
  )
}

const nameOf = ({ name, environment }: VariableView): string =>
  environment === null ? name : `${name} of ${environment}`
