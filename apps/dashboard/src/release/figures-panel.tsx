import type { DeliveryFigure, DeliveryFigures } from '@gantry/core/api'
import { counted, percent } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'
import { Loaded, Panel } from '../ui/panel.tsx'
import { PathLink } from '../ui/path-link.tsx'
import { duration } from '../ui/time.ts'
import { When } from '../ui/when.tsx'

const days = 30

/** Deployments over time with what went wrong, and how often, how fast, how well: each figure with what it was made of. */
export function FiguresPanel({ environment }: { environment: string }) {
  const query = useQuery(queries.figures(environment, days))
  return (
    <Panel title={`Delivery to ${environment}`} aside={<span className="text-muted">last {days} days</span>}>
      <Loaded query={query} rows={4}>
        {figures => (
          <>
            <Days days={figures.days} />
            <dl className="mt-3 grid gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-5">
              {rowsOf(figures).map(([name, value, figure]) => (
                <Figure key={name} name={name} value={value} figure={figure} />
              ))}
            </dl>
          </>
        )}
      </Loaded>
    </Panel>
  )
}

const rowsOf = (figures: DeliveryFigures): [string, string, DeliveryFigure][] => [
  ['Deployments a week', figures.deploymentsPerWeek.value?.toFixed(1) ?? 'no data', figures.deploymentsPerWeek],
  ['Lead time', timeText(figures.leadTimeMs.value), figures.leadTimeMs],
  ['Changes that failed', percent(figures.changeFailureShare.value), figures.changeFailureShare],
  ['Time to restore', timeText(figures.timeToRestoreMs.value), figures.timeToRestoreMs],
  ['Rework', percent(figures.reworkShare.value), figures.reworkShare],
]

const timeText = (ms: number | null): string => (ms === null ? 'no data' : duration(ms))

function Figure({ name, value, figure }: { name: string; value: string; figure: DeliveryFigure }) {
  const { of, meaning, sources } = figure
  return (
    <div className="min-w-0">
      <dt className="text-muted">{name}</dt>
      <dd>
        <b className="font-semibold text-16">{value}</b> <span className="text-muted">of {of}</span>
        <details>
          <summary className="row cursor-pointer text-12 text-muted leading-8">
            Where from<span className="sr-only">: {name}</span>
          </summary>
          <p className="break-words text-12 text-muted">{meaning}</p>
          <ul className="text-12">
            {sources.map(({ at, text, path }) => (
              <li key={`${at} ${text}`} className="break-words">
                <PathLink path={path}>{text}</PathLink>{' '}
                <span className="text-muted">
                  <When at={at} />
                </span>
              </li>
            ))}
          </ul>
        </details>
      </dd>
    </div>
  )
}

/** A column a day: deployments upwards, rollbacks and incidents as marks below, told apart by their letters. */
function Days({ days: all }: { days: DeliveryFigures['days'] }) {
  const top = Math.max(1, ...all.map(({ deployments }) => deployments))
  return (
    <figure>
      <ol className="flex h-24 items-end gap-px" aria-label="Deployments, rollbacks and incidents of each day">
        {all.map(({ day, deployments, rollbacks, incidents }) => (
          <li
            key={day}
            className="flex h-full min-w-0 flex-1 flex-col justify-end"
            title={dayText(day, deployments, rollbacks, incidents)}
          >
            <span className="sr-only">{dayText(day, deployments, rollbacks, incidents)}</span>
            <span
              aria-hidden
              className={`w-full ${deployments === 0 ? 'h-px bg-edge' : 'bg-waiting-solid'}`}
              style={deployments === 0 ? undefined : { height: `${(deployments / top) * 70}%` }}
            />
            <span aria-hidden className="h-8 overflow-hidden text-center text-12 text-bad leading-4">
              {rollbacks > 0 && <span className="block">R</span>}
              {incidents > 0 && <span className="block">!</span>}
            </span>
          </li>
        ))}
      </ol>
      <figcaption className="flex flex-wrap justify-between gap-x-3 text-12 text-muted">
        <span>{all[0]?.day}</span>
        <span>a column a day · R rollback · ! incident</span>
        <span>{all.at(-1)?.day}</span>
      </figcaption>
    </figure>
  )
}

const dayText = (day: string, deployments: number, rollbacks: number, incidents: number): string =>
  [
    `${day}: ${counted(deployments, 'deployment')}`,
    ...(rollbacks > 0 ? [counted(rollbacks, 'rollback')] : []),
    ...(incidents > 0 ? [counted(incidents, 'incident')] : []),
  ].join(', ')
