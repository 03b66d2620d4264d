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
  const scrubbed = sum(({ outcome }) => outcome === 'scrubbed')
  const lost = sum(({ outcome, reason }) => outcome.startsWith('dropped') && !isUnwanted(reason))
  return (
    <details className="text-12 text-muted">
      <summary className="cursor-pointer">
        Sent by clients in 24 hours: {taken.toLocaleString('en-GB')} taken
        {scrubbed > 0 && `, ${counted(scrubbed, 'value')} scrubbed`}
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

/** Left out because somebody said so, here or in the client. */
const isUnwanted = (reason: string): boolean =>
  ['not-asked-for', 'sampled', 'sample_rate', 'before_send', 'event_processor', 'ignored'].includes(reason)

const words = {
  taken: 'taken',
  dropped: 'dropped',
  'dropped-by-client': 'dropped by the client',
  scrubbed: 'scrubbed',
}
