import type { SlackAccount } from '@gantry/core/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { get, post } from '../api/client.ts'
import { Button } from '../ui/button.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { Refusal } from '../ui/refusal.tsx'
import { Refused, useAsk } from './form.tsx'

/** Stands behind the # of the link that Slack shows to whoever is linked to nobody. */
const offerIn = (hash: string): string | null => /^#slack=([\w-]+)$/.exec(hash)?.[1] ?? null

const mine = ['me', 'slack']

/** Whose buttons in Slack count as one's own. */
export function SlackPanel() {
  const client = useQueryClient()
  const [offer, setOffer] = useState(() => offerIn(location.hash))
  const { run, refused } = useAsk()
  const query = useQuery({
    queryKey: mine,
    queryFn: ({ signal }) => get<{ accounts: SlackAccount[] }>('/me/slack', signal),
  })
  const done = async () => {
    setOffer(null)
    history.replaceState(history.state, '', location.pathname)
    await client.invalidateQueries({ queryKey: mine })
  }
  return (
    <Panel title="Slack">
      {offer !== null && <Offer secret={offer} onDone={done} />}
      {refused && <Refusal error={refused} />}
      <Loaded query={query} rows={1}>
        {({ accounts }) => (
          <ul className="flex flex-col gap-2">
            {accounts.length === 0 && (
              <li className="text-muted">No account of Slack is linked. Press Approve in Slack: it shows a link.</li>
            )}
            {accounts.map(({ team, user, label }) => (
              <li key={`${team} ${user}`} className="flex flex-wrap items-center gap-x-3">
                <b className="font-semibold">{label}</b>
                <Button
                  onClick={() =>
                    void run(() =>
                      post('/me/slack/remove', { team, user }).then(() => client.invalidateQueries({ queryKey: mine })),
                    )
                  }
                >
                  Unlink<span className="sr-only"> {label}</span>
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  )
}

/** Says first whose account it is: a link may come from somebody else. */
function Offer({ secret, onDone }: { secret: string; onDone: () => Promise<void> }) {
  const { run, isBusy, refused } = useAsk()
  const query = useQuery({
    queryKey: ['slack-offer', secret],
    queryFn: () => post<{ account: SlackAccount }>('/me/slack/offer', { secret }),
    retry: false,
  })
  const take = () =>
    void run(async () => {
      const { account } = await post<{ account: SlackAccount }>('/me/slack', { secret })
      await onDone()
      toast(`${account.label} is linked`)
    })
  return (
    <Loaded query={query} rows={2}>
      {({ account }) => (
        <div className="mb-3 rounded-4 bg-warn-tint p-3">
          <p className="break-words">
            Is <b className="font-semibold">{account.label}</b> in Slack you? Whoever has that account approves and
            rejects in your name.
          </p>
          <div className="mt-2 flex flex-wrap gap-2">
            <Button look="strong" onClick={take} why={isBusy ? 'It is asked already' : null}>
              That is me
            </Button>
            <Button onClick={() => void onDone()}>It is not</Button>
          </div>
          {refused && <Refused error={refused} />}
        </div>
      )}
    </Loaded>
  )
}
