import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'

/** Why this person cannot change settings, for buttons that then say so; null for an owner. */
export function useWhyNot(): string | null {
  const { data } = useQuery(queries.me())
  if (!data) return 'Not known yet who asks'
  return data.person.role === 'owner' ? null : `Owners do this; you are ${data.person.role}`
}
