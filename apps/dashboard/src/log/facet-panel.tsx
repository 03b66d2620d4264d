import { counted } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { facetsOf } from './facet-query.ts'
import type { LogSearch } from './log-filter.ts'

/** What the found lines say, and how many say it. Read when it is opened; a value narrows the search to it. */
export function FacetPanel({
  search,
  onNarrow,
}: {
  search: LogSearch
  onNarrow: (name: string, value: string) => void
}) {
  const [isOpen, setOpen] = useState(false)
  const { data } = useQuery({ ...facetsOf(search), enabled: isOpen })
  return (
    <details className="min-w-0 flex-1 max-sm:basis-full" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="row cursor-pointer font-semibold leading-8">Fields</summary>
      {data && (
        <>
          <p className="text-12 text-muted">
            of {data.isWhole ? counted(data.lines, 'line') : `the newest ${counted(data.lines, 'line')} that match`}
          </p>
          <div className="flex flex-wrap gap-x-6 gap-y-3">
            {data.facets.map(({ name, values }) => (
              <section key={name} aria-label={name} className="min-w-40">
                <h2 className="font-mono text-12 text-muted">{name}</h2>
                <ul>
                  {values.map(({ value, count }) => (
                    <li key={value}>
                      <button
                        type="button"
                        onClick={() => onNarrow(name, value)}
                        className="row flex w-full max-w-72 justify-between gap-3 text-left font-mono text-12 leading-5 hover:bg-sunken"
                      >
                        <span className="truncate">{value}</span>
                        <span className="text-muted">{count}</span>
                      </button>
                    </li>
                  ))}
                </ul>
              </section>
            ))}
          </div>
        </>
      )}
    </details>
  )
}
