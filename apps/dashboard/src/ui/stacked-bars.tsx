import type { ReactNode } from 'react'

export interface BarSeries {
  name: string
  look: string
  counts: readonly number[]
}

export interface BarMark {
  bucket: number
  text: string
}

interface StackedBarsProps {
  series: readonly BarSeries[]
  /** What each bar is called: its time. */
  labels: readonly string[]
  marks?: readonly BarMark[]
  /** In one sentence, for whoever does not see it. */
  label: string
  height?: string
}

/** Counts over time, told apart by series. Marks are lines from top to bottom, each with a flag that says what happened. */
export function StackedBars({ series, labels, marks = [], label, height = 'h-28' }: StackedBarsProps) {
  const sums = labels.map((_, index) => series.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0))
  const top = Math.max(1, ...sums)
  return (
    <div role="img" aria-label={label} className="relative min-w-0 pt-4">
      <span className="absolute top-0 left-0 text-12 text-muted leading-4">
        {Math.max(0, ...sums).toLocaleString('en-GB')}
      </span>
      <div className={`relative flex items-end gap-px border-edge border-b ${height}`}>
        {labels.map((name, index) => (
          <span
            key={name}
            data-tip={tipOf(name, index, series)}
            className="flex h-full min-w-0 flex-1 flex-col justify-end hover:bg-sunken"
          >
            {series.toReversed().map(({ name: of, look, counts }) => {
              const count = counts[index] ?? 0
              return count === 0 ? null : (
                <span
                  key={of}
                  className={`bar min-h-0.5 w-full ${look}`}
                  style={{ height: `${(count / top) * 100}%` }}
                />
              )
            })}
          </span>
        ))}
        {marks.map(({ bucket, text }) => (
          <span
            key={text}
            aria-hidden
            data-tip={text}
            className="absolute top-0 bottom-0 w-2 -translate-x-1/2"
            style={{ left: `${(bucket / labels.length) * 100}%` }}
          >
            <span className="mx-auto block h-full w-0 border-text border-l border-dashed" />
            <span className="absolute -top-1 left-1/2 size-2 -translate-x-1/2 rotate-45 bg-text" />
          </span>
        ))}
      </div>
    </div>
  )
}

const tipOf = (name: string, index: number, series: readonly BarSeries[]): string =>
  [
    name,
    ...series.flatMap(({ name: of, counts }) => {
      const count = counts[index] ?? 0
      return count === 0 ? [] : [`${count.toLocaleString('en-GB')} ${of}`]
    }),
  ].join('\n')

/** The names of what a chart tells apart, each with its look. */
export function Legend({ series }: { series: readonly { look: string; name: string; content: ReactNode }[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {series.map(({ look, name, content }) => (
        <li key={name} className="flex min-w-0 items-center gap-1.5">
          <span aria-hidden className={`bar size-3 shrink-0 rounded-[2px] ${look}`} />
          {content}
        </li>
      ))}
    </ul>
  )
}

/** The same as numbers: only what has any. */
export function BarTable(props: {
  series: readonly BarSeries[]
  labels: readonly string[]
  caption: string
  time: string
}) {
  const { series, labels, caption, time } = props
  const rows = labels
    .map((label, index) => ({ label, counts: series.map(({ counts }) => counts[index] ?? 0) }))
    .filter(({ counts }) => counts.some(count => count > 0))
    .toReversed()
  return (
    <details>
      <summary className="row w-fit cursor-pointer leading-8">As a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section tabIndex={0} aria-label={caption} className="max-h-80 overflow-auto">
        <table className="w-full">
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr className="[&>th]:py-1 [&>th]:pr-4 [&>th]:align-bottom">
              <th scope="col">{time}</th>
              {series.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ label, counts }) => (
              <tr key={label} className="border-edge border-t [&>*]:py-1 [&>*]:pr-4">
                <th scope="row" className="whitespace-nowrap font-normal text-muted">
                  {label}
                </th>
                {counts.map((count, index) => (
                  <td key={series[index]?.name}>{count.toLocaleString('en-GB')}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  )
}
