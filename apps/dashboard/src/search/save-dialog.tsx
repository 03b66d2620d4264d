import type { SavedSearchView } from '@gantry/core/api'
import { ranges } from '../log/log-filter.ts'
import { FormDialog, Labelled, textIn } from '../settings/form-dialog.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { ofTime, type SearchFields, searchInWords } from './saved-fields.ts'
import type { SavedSearchActs } from './use-saved-searches.ts'

export function SaveDialog(props: {
  search: SearchFields
  saved: SavedSearchActs
  onSaved: (search: SavedSearchView) => void
  onClose: () => void
}) {
  const { search, saved, onSaved, onClose } = props
  return (
    <FormDialog
      title="Save this search"
      confirm="Save"
      onClose={onClose}
      submit={async form => {
        const wanted = ofTime(search, textIn(form, 'range'))
        onSaved(await saved.save(textIn(form, 'name'), form.get('shared') === 'on', wanted))
      }}
    >
      <Labelled label="Name" hint={`Looks for ${searchInWords(search)}`}>
        <TextField label="Name" placeholder="slow checkout" name="name" required maxLength={80} autoFocus />
      </Labelled>
      {search['from'] && (
        <Labelled label="Time">
          <SelectField label="Time" name="range" defaultValue="1h">
            {ranges.map(([name, label]) => (
              <option key={name} value={name}>
                {label}, whenever it is opened
              </option>
            ))}
            <option value="">Exactly the times that are shown now</option>
          </SelectField>
        </Labelled>
      )}
      <ShareField why={saved.whyNotShare} />
    </FormDialog>
  )
}

function ShareField({ why }: { why: string | null }) {
  return (
    <label className="row flex items-center gap-2">
      <input type="checkbox" name="shared" disabled={why !== null} />
      Share it with everybody in the project
      {why !== null && <span className="text-12 text-muted">{why}</span>}
    </label>
  )
}
