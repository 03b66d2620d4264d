import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'
import { roleWords } from '../person/role-words.ts'
import { currentProject } from '../project/current-project.ts'

/** Why this person cannot change settings, for buttons that then say so; null for an owner. */
export function useWhyNot(): string | null {
  const { data } = useQuery(queries.me())
  if (!data) return 'Not known yet who asks'
  const role = data.roles[currentProject() ?? '']
  return role === 'owner' ? null : `Owners do this; you are ${role ? `a ${roleWords[role]}` : 'not of this project'}`
}
