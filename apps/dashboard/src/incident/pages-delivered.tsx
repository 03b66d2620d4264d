import type { OutboxRow } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import { Panel } from '../ui/panel.tsx'
import { outboxFaces } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { When } from '../ui/when.tsx'

/** Every page and message that was sent, or could not be. */
export function PagesDelivered({ notices }: { notices: OutboxRow[] }) {
  return (
    <Panel title="Pages delivered">
      {notices.length === 0 && <p className="text-muted">Nobody was paged: no route in gantry.config.ts matches.</p>}
      <ul aria-label="Pages delivered" className="space-y-1">
        {notices.map(({ id, channel, state, attempts, lastError, sentAt, createdAt, notice }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-2">
            <StateMark face={outboxFaces[state]} />
            <span className="break-words">
              {notice.kind.replaceAll('-', ' ')} to <b className="font-semibold">{channel}</b>
            </span>
            <span className="text-muted">
              <When at={sentAt ?? createdAt} />, {counted(attempts, 'attempt')}
            </span>
            {lastError && <span className="w-full break-words pl-6 text-12 text-muted">{lastError}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
