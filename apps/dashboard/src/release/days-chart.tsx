import type { DeliveryFigures } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import { Link } from '@tanstack/react-router'
import { sentence } from '../ui/words.ts'

type Day = DeliveryFigures['days'][number]

/** A column a day: deployments upwards, rollbacks and incidents as marks below, told apart by their letters. The same as a list behind it. */
export function DaysChart({ days, nothing }: { days: DeliveryFigures['days']; nothing: string | null }) {
  const busy = days.filter(({ seq }) => seq !== null)
  if (busy.length === 0) return <p className="text-muted">{sentence(nothing ?? 'nothing happened in this time')}.</p>
  const top = Math.max(1, ...days.map(({ deployments }) => deployments))
  return (
    <figure>
      <div aria-hidden className="flex h-28 items-end gap-px">
        {days.map(day => (
          <Column key={day.day} day={day} top={top} />
        ))}
      </div>
      <figcaption className="flex flex-wrap justify-between gap-x-3 text-12 text-muted">
        <span>{days[0]?.day}</span>
        <span>a column a day, the highest {counted(top, 'deployment')} · R rollback · ! incident</span>
        <span>{days.at(-1)?.day}</span>
      </figcaption>
      <details className="mt-1">
        <summary className="row cursor-pointer leading-8">
          {counted(busy.length, 'day')} on which something happened
        </summary>
        <ul>
          {busy.toReversed().map(day => (
            <li key={day.day}>
              <Link to="/ledger" search={{ seq: String(day.seq) }} className="link">
                {dayText(day)}
              </Link>
            </li>
          ))}
        </ul>
      </details>
    </figure>
  )
}

function Column({ day, top }: { day: Day; top: number }) {
  const { deployments, rollbacks, incidents } = day
  return (
    <span className="flex h-full min-w-0 flex-1 flex-col justify-end" title={dayText(day)}>
      <span
        className={`w-full ${deployments === 0 ? 'h-px bg-edge' : 'bg-waiting-solid'}`}
        style={deployments === 0 ? undefined : { height: `${(deployments / top) * 70}%` }}
      />
      <span className="h-8 overflow-hidden text-center text-12 text-bad leading-4">
        {rollbacks > 0 && <span className="block">R</span>}
        {incidents > 0 && <span className="block">!</span>}
      </span>
    </span>
  )
}

const dayText = ({ day, deployments, rollbacks, incidents }: Day): string =>
  [
    `${day}: ${counted(deployments, 'deployment')}`,
    ...(rollbacks > 0 ? [counted(rollbacks, 'rollback')] : []),
    ...(incidents > 0 ? [counted(incidents, 'incident')] : []),
  ].join(', ')
