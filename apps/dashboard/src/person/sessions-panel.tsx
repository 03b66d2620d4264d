import type { SessionView } from '@gantry/core/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { get, post } from '../api/client.ts'
import { Button } from '../ui/button.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { Refusal } from '../ui/refusal.tsx'
import { When } from '../ui/when.tsx'
import { agentWords } from './agent-words.ts'
import { useAsk } from './form.tsx'

/** Browsers and commands that are signed in: one's own, and for an owner of the server everybody's. */
export function SessionsPanel() {
  const client = useQueryClient()
  const { run, refused } = useAsk()
  const query = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => get<{ sessions: SessionView[] }>('/sessions', signal),
  })
  const end = (path: string) =>
    void run(() => post(path, {}).then(() => client.invalidateQueries({ queryKey: ['sessions'] })))
  return (
    <Panel
      title="Sessions"
      aside={<Button onClick={() => end('/sessions/end-others')}>Sign out everywhere else</Button>}
    >
      {refused && <Refusal error={refused} />}
      <Loaded query={query} rows={3}>
        {({ sessions }) => (
          <ul className="flex flex-col gap-2">
            {sessions.map(session => (
              <Session
                key={session.id}
                session={session}
                onEnd={() => end(`/sessions/${encodeURIComponent(session.id)}/end`)}
              />
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  )
}

function Session({ session, onEnd }: { session: SessionView; onEnd: () => void }) {
  const { person, kind, agent, createdAt, isThis } = session
  return (
    <li className="flex flex-wrap items-center gap-x-3">
      <span>
        <b>{person}</b>, {agentWords(kind, agent)}
        {createdAt && (
          <>
            , since <When at={createdAt} />
          </>
        )}
      </span>
      {isThis ? <span className="text-muted">this one</span> : <Button onClick={onEnd}>End this session</Button>}
      {kind === 'browser' && <span className="min-w-0 basis-full truncate text-12 text-muted">{agent}</span>}
    </li>
  )
}
