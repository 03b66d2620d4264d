import type { UseQueryResult } from '@tanstack/react-query'
import { type ReactNode, useId } from 'react'
import { Refusal } from './refusal.tsx'

/** A part of a screen with its own heading; it may fail without the rest. */
export function Panel(props: { title: string; aside?: ReactNode; children: ReactNode; flush?: boolean }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-8 border border-edge bg-surface">
      <div className="row flex flex-wrap items-center justify-between gap-x-3 border-edge border-b px-3 py-1">
        <h2 id={id} className="font-semibold text-14">
          {props.title}
        </h2>
        {props.aside}
      </div>
      <div className={props.flush ? '' : 'p-3'}>{props.children}</div>
    </section>
  )
}

/** Shows what a question answered; before that nothing for 150 ms, then its shape; a refusal where the answer would be. */
export function Loaded<T>(props: { query: UseQueryResult<T>; rows?: number; children: (data: T) => ReactNode }) {
  const { query, rows = 6, children } = props
  if (query.data !== undefined) {
    return (
      <div aria-busy={query.isFetching} className="contents">
        {query.isError && <Refusal error={query.error} onRetry={() => void query.refetch()} />}
        {children(query.data)}
      </div>
    )
  }
  if (query.isError) return <Refusal error={query.error} onRetry={() => void query.refetch()} />
  return <Skeleton rows={rows} />
}

export function Skeleton({ rows }: { rows: number }) {
  return (
    <div className="late space-y-2 p-3" aria-busy>
      <span className="sr-only">Loading</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
        <div key={row} className="h-6 rounded-4 bg-sunken" style={{ width: `${92 - ((row * 17) % 40)}%` }} />
      ))}
    </div>
  )
}

export function Empty({ children }: { children: ReactNode }) {
  return <div className="flex flex-col items-start gap-2 p-4 text-muted">{children}</div>
}
