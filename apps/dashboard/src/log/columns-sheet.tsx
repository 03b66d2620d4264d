import { useQuery } from '@tanstack/react-query'
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Button, IconButton } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { moved } from './columns.ts'
import { facetsOf } from './facet-query.ts'
import { type LogSearch, writtenName } from './log-filter.ts'

const own = ['time', 'level', 'service', 'environment', 'release', 'trace', 'message', 'fields'] as const

interface Props {
  search: LogSearch
  columns: readonly string[]
  onColumns: (names: readonly string[]) => void
  onClose: () => void
}

/** Which fields are shown, and in which order; without any, what a line is as a whole. */
export function ColumnsSheet({ search, columns, onColumns, onClose }: Props) {
  const { data } = useQuery(facetsOf(search))
  const known = [...new Set([...own, ...(data?.facets ?? []).map(({ name }) => name)])]
  const [typed, setTyped] = useState('')
  const add = (name: string) => {
    const plain = name.trim()
    if (plain !== '' && !columns.includes(plain)) onColumns([...columns, writtenName(plain)])
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add(typed)
    setTyped('')
  }
  return (
    <Sheet title="Columns" onClose={onClose}>
      <div className="space-y-3 p-4">
        {columns.length === 0 && (
          <p className="text-muted">A line is shown as a whole. Add what it is to show instead.</p>
        )}
        <ul aria-label="Shown" className="space-y-1">
          {columns.map((name, index) => (
            <Chosen key={name} {...{ name, index, columns, onColumns }} />
          ))}
        </ul>
        <ul aria-label="To add" className="flex flex-wrap gap-2">
          {known
            .filter(name => !columns.includes(name))
            .map(name => (
              <li key={name}>
                <Button aria-label={`Add ${name}`} onClick={() => add(name)}>
                  <Plus size={12} aria-hidden /> <span className="font-mono text-12">{name}</span>
                </Button>
              </li>
            ))}
        </ul>
        <form onSubmit={submit} className="flex gap-2">
          <TextField
            label="Another field"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            className="flex-1 font-mono"
          />
          <Button type="submit">Add</Button>
        </form>
        <div className="flex justify-between gap-2">
          {columns.length > 0 && <Button onClick={() => onColumns([])}>Show lines as a whole</Button>}
          <Button look="strong" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Sheet>
  )
}

interface ChosenProps extends Pick<Props, 'columns' | 'onColumns'> {
  name: string
  index: number
}

function Chosen({ name, index, columns, onColumns }: ChosenProps) {
  return (
    <li className="flex items-center justify-between gap-2 rounded-4 border border-edge pl-2">
      <span className="min-w-0 truncate font-mono text-12">{name}</span>
      <span className="flex shrink-0">
        <IconButton name={`${name} earlier`} disabled={index === 0} onClick={() => onColumns(moved(columns, name, -1))}>
          <ArrowUp size={14} aria-hidden />
        </IconButton>
        <IconButton
          name={`${name} later`}
          disabled={index === columns.length - 1}
          onClick={() => onColumns(moved(columns, name, 1))}
        >
          <ArrowDown size={14} aria-hidden />
        </IconButton>
        <IconButton name={`Without ${name}`} onClick={() => onColumns(columns.filter(each => each !== name))}>
          <X size={14} aria-hidden />
        </IconButton>
      </span>
    </li>
  )
}
