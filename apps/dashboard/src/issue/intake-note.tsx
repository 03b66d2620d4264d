import type { IntakeView } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'

type Count = IntakeView['counts'][number]

/** What clients sent within a day and what became of it: one line, and all of it when it is opened. */
export function IntakeNote() {
  const { data } = useQuery(queries.intake())
  if (!data || data.counts.length === 0) return null
  const sum = (which: (count: Count) => boolean) =>
    data.counts.filter(which).reduce((all, { quantity }) => all + quantity, 0)
  const taken = sum(({ outcome }) => outcome === 'taken')
  const unkept = sum(({ reason }) => reason === 'not-kept')
  // A client that was told so does not send it any more, and reports that: nothing that was wanted is lost.
  const unwanted = new Set(data.counts.filter(({ reason }) => isUnwanted(reason)).map(({ category }) => category))
  const lost = sum(({ outcome, category }) => outcome !== 'taken' && !unwanted.has(category))
  return (
    <details className="text-12 text-muted">
      <summary className="cursor-pointer">
        Sent by clients in 24 hours: {taken.toLocaleString('en-GB')} taken
        {unkept > 0 && `, ${unkept.toLocaleString('en-GB')} of what is not kept`}
        {lost > 0 && <b className="font-semibold text-bad">, {lost.toLocaleString('en-GB')} lost</b>}
      </summary>
      <ul className="py-2">
        {data.counts.map(count => (
          <li key={JSON.stringify(count)}>
            {counted(count.quantity, count.category.replaceAll('_', ' '))} {words[count.outcome]}
            {count.reason && `: ${count.reason.replaceAll('_', ' ').replaceAll('-', ' ')}`}
            {count.service && `, ${count.service}`}
          </li>
        ))}
      </ul>
    </details>
  )
}

const isUnwanted = (reason: string): boolean => reason === 'not-kept' || reason === 'not-asked-for'

const words = { taken: 'taken', dropped: 'dropped', 'dropped-by-client': 'dropped by the client' }
