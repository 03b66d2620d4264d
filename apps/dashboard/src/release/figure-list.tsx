import type { DeliveryFigure, DeliveryFigureSet } from '@gantry/core/api'
import { counted, percent } from '@gantry/core/words'
import { Link } from '@tanstack/react-router'
import { duration } from '../ui/time.ts'
import { When } from '../ui/when.tsx'
import { sentence } from '../ui/words.ts'

/** The five figures, each opening onto the rows of the ledger it was counted from. */
export function FigureList({ figures, of }: { figures: DeliveryFigureSet; of: string }) {
  return (
    <dl className="grid gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-5">
      {rowsOf(figures).map(([name, value, figure]) => (
        <Figure key={name} name={name} value={value} figure={figure} of={of} />
      ))}
    </dl>
  )
}

const rowsOf = (figures: DeliveryFigureSet): [string, string | null, DeliveryFigure][] => [
  ['Deployments a week', figures.deploymentsPerWeek.value?.toFixed(1) ?? null, figures.deploymentsPerWeek],
  ['Lead time', timeText(figures.leadTimeMs.value), figures.leadTimeMs],
  ['Changes that failed', shareText(figures.changeFailureShare.value), figures.changeFailureShare],
  ['Time to restore', timeText(figures.timeToRestoreMs.value), figures.timeToRestoreMs],
  ['Rework', shareText(figures.reworkShare.value), figures.reworkShare],
]

const timeText = (ms: number | null): string | null => (ms === null ? null : duration(ms))
const shareText = (part: number | null): string | null => (part === null ? null : percent(part))

function Figure(props: { name: string; value: string | null; figure: DeliveryFigure; of: string }) {
  const { name, value, figure, of } = props
  const { fills, meaning, sources } = figure
  return (
    <div className="min-w-0">
      <dt className="text-muted">{name}</dt>
      <dd>
        {fills === null ? (
          <details>
            <summary className="row cursor-pointer leading-8">
              <b className="font-semibold text-16">{value}</b>{' '}
              <span className="text-12 text-muted">
                of {figure.of}
                <span className="sr-only">
                  , {name} of {of}: the rows it is counted from
                </span>
              </span>
            </summary>
            <p className="break-words text-12 text-muted">{sentence(meaning)}.</p>
            <Sources sources={sources} />
          </details>
        ) : (
          <p className="break-words text-12 text-muted">{sentence(fills)}.</p>
        )}
      </dd>
    </div>
  )
}

function Sources({ sources }: { sources: DeliveryFigure['sources'] }) {
  if (sources.length === 0) return <p className="text-12 text-muted">No row speaks against it.</p>
  return (
    <>
      <ul className="text-12">
        {sources.map(({ at, text, seq }) => (
          <li key={`${seq} ${text}`} className="break-words">
            <Link to="/ledger" search={{ seq: String(seq) }} className="link">
              {text}
            </Link>{' '}
            <span className="text-muted">
              row {seq}, <When at={at} />
            </span>
          </li>
        ))}
      </ul>
      {sources.length === mostShown && (
        <p className="text-12 text-muted">The newest {counted(mostShown, 'row')} are shown.</p>
      )}
    </>
  )
}

/** As many as the server names. */
const mostShown = 50
