import type { Role } from '@gantry/core/api'
import { roleWords } from '../person/role-words.ts'
import { SelectField } from '../ui/field.tsx'
import { Labelled } from './form-dialog.tsx'

export function RoleField({ initial, hint }: { initial: Role; hint?: string | undefined }) {
  return (
    <Labelled label="Role" hint={hint}>
      <SelectField label="Role" name="role" defaultValue={initial}>
        {Object.entries(roleWords).map(([name, word]) => (
          <option key={name} value={name}>
            {word}
          </option>
        ))}
      </SelectField>
    </Labelled>
  )
}

/** The choices of the field are the roles there are. */
export const roleIn = (form: FormData): Role => form.get('role') as Role
