import type { IntakeView } from '@gantry/core/api'
import { counted, lossReason } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'

type Count = IntakeView['counts'][number]

/** What clients sent within a day and what became of it: one line, and all of it when it is opened. */
export function IntakeNote() {
  const { data } = useQuery(queries.intake())
  if (!data || data.counts.length === 0) return null
  const of = (which: (count: Count) => boolean) => data.counts.filter(which)
  const [taken, scrubbed] = [of(({ outcome }) => outcome === 'taken'), of(({ outcome }) => outcome === 'scrubbed')]
  const lostHere = of(({ outcome, reason }) => outcome === 'dropped' && !lossReason(reason).isWanted)
  const lostThere = of(({ outcome, reason }) => outcome === 'dropped-by-client' && !lossReason(reason).isWanted)
  const unwanted = of(({ outcome, reason }) => outcome.startsWith('dropped') && lossReason(reason).isWanted)
  return (
    <details className="text-12 text-muted">
      <summary className="cursor-pointer">
        Sent by clients in 24 hours: {sumOf(taken).toLocaleString('en-GB')} taken
        {scrubbed.length > 0 && `, ${counted(sumOf(scrubbed), 'value')} scrubbed`}
        {lostHere.length + lostThere.length > 0 && (
          <b className="font-semibold text-bad">
            , {(sumOf(lostHere) + sumOf(lostThere)).toLocaleString('en-GB')} lost
            {lostThere.length > 0 && ` (${sumOf(lostThere).toLocaleString('en-GB')} by the clients themselves)`}
          </b>
        )}
      </summary>
      <div className="grid gap-3 py-2 sm:grid-cols-2">
        <Counts title="Lost on the way to Gantry, by the clients themselves" counts={lostThere} />
        <Counts title="Lost by Gantry" counts={lostHere} />
        <Counts title="Left out because somebody wanted it so" counts={unwanted} />
        <Counts title="Taken out before it was stored" counts={scrubbed} />
        <Counts title="Taken" counts={taken} />
      </div>
    </details>
  )
}

const sumOf = (counts: readonly Count[]): number => counts.reduce((all, { quantity }) => all + quantity, 0)

function Counts({ title, counts }: { title: string; counts: readonly Count[] }) {
  if (counts.length === 0) return null
  return (
    <section>
      <h3 className="font-semibold text-text">
        {title}: {sumOf(counts).toLocaleString('en-GB')}
      </h3>
      <ul>
        {counts.map(count => (
          <li key={JSON.stringify(count)}>
            {counted(count.quantity, count.category.replaceAll('_', ' '))}
            {count.service && ` of ${count.service}`}
            {count.reason && `: ${count.outcome === 'scrubbed' ? count.reason : lossReason(count.reason).text}`}
          </li>
        ))}
      </ul>
    </section>
  )
}
