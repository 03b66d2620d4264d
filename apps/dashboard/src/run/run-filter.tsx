import { useQuery } from '@tanstack/react-query'
import { queries, type RunFilter } from '../api/queries.ts'
import { SelectField } from '../ui/field.tsx'
import { runStateWords } from '../ui/state.ts'

interface Props {
  filter: RunFilter
  onFilter: (change: RunFilter) => void
}

/** What a list of runs is narrowed by: each choice is one that some run has. */
export function RunFilters({ filter, onFilter }: Props) {
  const { data: choices } = useQuery(queries.runChoices())
  const named = (values: readonly string[] = []) => values.map(value => [value, value] as const)
  const fields = [
    [
      'workflow',
      'Workflow',
      'every workflow',
      (choices?.workflows ?? []).map(({ path, name }) => [path, name] as const),
    ],
    ['status', 'Status', 'every status', Object.entries(runStateWords)],
    ['branch', 'Branch', 'every branch', named(choices?.branches)],
    ['author', 'Author', 'every author', named(choices?.authors)],
    [
      'event',
      'Event',
      'every event',
      (choices?.events ?? []).map(event => [event, event.replaceAll('_', ' ')] as const),
    ],
  ] as const
  return fields.map(([field, label, every, options]) => (
    <Choice
      key={field}
      label={label}
      every={every}
      value={filter[field] ?? ''}
      options={options}
      isFirst={field === 'workflow'}
      onChoose={value => onFilter({ [field]: value })}
    />
  ))
}

function Choice(props: {
  label: string
  every: string
  value: string
  options: readonly (readonly [value: string, name: string])[]
  isFirst: boolean
  onChoose: (value: string) => void
}) {
  const { label, every, value, options, isFirst, onChoose } = props
  // An address may name what no run has any more, or what is not known yet.
  const isListed = value === '' || options.some(([known]) => known === value)
  return (
    <SelectField
      label={label}
      value={value}
      onChange={({ target }) => onChoose(target.value)}
      className="max-w-44"
      {...(isFirst && { 'data-filter': true })}
    >
      <option value="">{every}</option>
      {!isListed && <option value={value}>{value}</option>}
      {options.map(([known, name]) => (
        <option key={known} value={known}>
          {name}
        </option>
      ))}
    </SelectField>
  )
}
