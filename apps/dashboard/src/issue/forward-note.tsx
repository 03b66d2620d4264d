import type { ForwardView } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'

/** What was sent on to other services within a day: one line for each, and nothing where there is none. */
export function ForwardNote() {
  const { data } = useQuery(queries.forwards())
  return (
    <>
      {data?.forwards.map(forward => (
        <p key={forward.name} className="text-12 text-muted break-words">
          Sent on to {forward.name}: {forward.sent.toLocaleString('en-GB')} in 24 hours
          {forward.waiting.quantity > 0 && `, ${counted(forward.waiting.quantity, 'thing')} waiting`}
          <Trouble {...forward} />
        </p>
      ))}
    </>
  )
}

function Trouble({ dropped, failures, lastError }: Pick<ForwardView, 'dropped' | 'failures' | 'lastError'>) {
  const lost = dropped.map(
    ({ reason, quantity }) => `${quantity.toLocaleString('en-GB')} ${reason.replaceAll('-', ' ')}`,
  )
  const said = [...(lost.length > 0 ? [`dropped: ${lost.join(', ')}`] : []), ...(failures > 0 ? [lastError ?? ''] : [])]
  return said.length === 0 ? null : <b className="font-semibold text-bad">; {said.join('; ')}</b>
}
