import { useState } from 'react'
import { toast } from 'sonner'
import { SelectField, TextField } from '../ui/field.tsx'
import { FormDialog, Labelled, textIn } from './form-dialog.tsx'
import { settingActs } from './setting-acts.ts'

export interface ValueToSet {
  kind: 'secret' | 'variable'
  name?: string
  environment?: string | null
  value?: string
  isForAnyBranch?: boolean
}

const area =
  'min-h-20 rounded-4 border border-control bg-surface px-2 py-1 font-mono text-13 pointer-coarse:text-16 resize-y'

/** Sets a secret or a variable. A secret is not shown while it is typed, and never again. */
export function SetValueDialog(props: {
  of: ValueToSet
  environments: readonly string[]
  onClose: () => void
  onDone: () => void
}) {
  const { of, environments, onClose, onDone } = props
  const [environment, setEnvironment] = useState(of.environment ?? '')
  const isSecret = of.kind === 'secret'
  const submit = async (form: FormData) => {
    const asked = { name: textIn(form, 'name'), environment: environment || null, value: textIn(form, 'value') }
    const more = { isForAnyBranch: environment === '' && form.get('any') !== null }
    const { name } = await (isSecret ? settingActs.setSecret({ ...asked, ...more }) : settingActs.setVariable(asked))
    toast(`Set ${name}${environment && ` of ${environment}`}`)
    onDone()
  }
  return (
    <FormDialog
      title={of.name ? `${of.name} gets another value` : `Set a ${of.kind}`}
      confirm={of.name ? `Set ${of.name}` : `Set the ${of.kind}`}
      onClose={onClose}
      submit={submit}
    >
      <Labelled label="Name" hint="Capitals, digits and _; not GITHUB_… in front">
        <TextField
          label="Name"
          placeholder=""
          name="name"
          required
          defaultValue={of.name}
          readOnly={of.name !== undefined}
        />
      </Labelled>
      <Labelled label="Of" hint="Of two with one name the environment’s wins, for its jobs">
        <SelectField label="Of" value={environment} onChange={event => setEnvironment(event.target.value)}>
          <option value="">the whole repository</option>
          {environments.map(name => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
      </Labelled>
      <Labelled
        label="Value"
        hint={isSecret ? 'It is not shown while you type, and never again' : 'Everybody who may look sees it'}
      >
        <textarea
          name="value"
          aria-label="Value"
          required
          rows={3}
          defaultValue={of.value}
          spellCheck={false}
          autoComplete="off"
          className={isSecret ? `${area} hidden-text` : area}
        />
      </Labelled>
      {isSecret && environment === '' && (
        <label className="flex items-start gap-2">
          <input type="checkbox" name="any" defaultChecked={of.isForAnyBranch} className="mt-0.5" />
          <span>
            Pull requests and other branches have it too
            <span className="block text-12 text-muted">
              whatever their files, which anybody may have written, do with it
            </span>
          </span>
        </label>
      )}
    </FormDialog>
  )
}
