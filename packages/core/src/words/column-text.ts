import { fieldName, fieldValues, isOwnName, ownValue, type SearchedLine } from '../log/query/line-values.ts'
import { fieldsText } from './fields-text.ts'

/**
 * What a line says in a column of that name, which is found as a search finds it: `http.status` is `http_status`. `fields` is all
 * that the line has beside its message.
 */
export function columnText(line: SearchedLine, name: string): string {
  const wanted = fieldName(name.replace(/^@/, ''))
  if (wanted === 'fields') return fieldsText(line)
  if (isOwnName(wanted)) return ownValue(line, wanted) ?? ''
  const found: string[] = []
  for (const [field, value] of fieldValues(line.fields)) if (field === wanted) found.push(value)
  return found.join(', ')
}
