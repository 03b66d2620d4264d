import type { ChannelView, ConfigPlaces, ToldView } from '@gantry/core/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Empty, Loaded, Panel } from '../ui/panel.tsx'
import { asError, Refusal } from '../ui/refusal.tsx'
import { When } from '../ui/when.tsx'
import { settingActs, settingQueries } from './setting-acts.ts'
import { SettingsRow, SettingsTable } from './table.tsx'
import { useWhyNot } from './use-why-not.ts'

/** What gantry.config.ts decides: shown with its line, changed there, and here only tried. */
export function ChannelsSection() {
  const query = useQuery(settingQueries.places())
  return (
    <Loaded query={query}>
      {places => (
        <>
          <Channels places={places} />
          <Environments places={places} />
        </>
      )}
    </Loaded>
  )
}

function Channels({ places }: { places: ConfigPlaces }) {
  if (places.channels.length === 0)
    return (
      <Panel title="Channels">
        <Empty>
          <p>
            No route of <code>{places.file}</code> names a channel, so nobody is told of anything.
          </p>
        </Empty>
      </Panel>
    )
  return (
    <Panel title="Channels" flush>
      <SettingsTable label="Channels" columns={['Name', 'Told of', 'Written in', 'Last', 'Acts']}>
        {places.channels.map(channel => (
          <Channel key={channel.name} channel={channel} file={places.file} />
        ))}
      </SettingsTable>
    </Panel>
  )
}

function Channel({ channel, file }: { channel: ChannelView; file: string }) {
  const client = useQueryClient()
  const mayNot = useWhyNot()
  const [isSending, setSending] = useState(false)
  const [refused, setRefused] = useState<Error | null>(null)
  const send = async () => {
    setSending(true)
    setRefused(null)
    try {
      await settingActs.testChannel(channel.name)
      await client.invalidateQueries({ queryKey: ['settings'] })
    } catch (cause) {
      setRefused(asError(cause))
    } finally {
      setSending(false)
    }
  }
  return (
    <SettingsRow
      name={channel.name}
      cells={[
        channel.routes.map(severity => severity ?? 'everything').join(', '),
        <code key="line">{channel.line === null ? file : `${file}:${channel.line}`}</code>,
        <span key="told" role="status">
          {isSending ? 'a test is on its way' : <Told told={channel.told} />}
          {refused && <Refusal error={refused} />}
        </span>,
      ]}
      acts={
        <Button
          why={mayNot ?? (isSending ? 'A test is on its way' : null)}
          aria-label={`Send a test to ${channel.name}`}
          onClick={() => void send()}
        >
          Send a test
        </Button>
      }
    />
  )
}

function Told({ told }: { told: ToldView | null }) {
  if (told === null) return <span className="text-muted">never told of anything</span>
  const what = told.kind === 'test' ? 'a test' : `“${told.kind}”`
  const [look, said] =
    told.state === 'sent'
      ? (['text-ok', `took ${what}`] as const)
      : told.state === 'unneeded'
        ? (['text-muted', `has no use for ${what}`] as const)
        : told.state === 'dead' || told.attempts > 0
          ? (['text-bad', `did not take ${what}: ${told.lastError}`] as const)
          : (['text-waiting', `${what} is on its way`] as const)
  return (
    <span className={look}>
      {said}
      {told.state === 'pending' && told.attempts > 0 && ', it is tried again'}{' '}
      <When at={told.sentAt ?? told.createdAt} />
    </span>
  )
}

function Environments({ places }: { places: ConfigPlaces }) {
  return (
    <Panel title="Environments" flush>
      <SettingsTable label="Environments" columns={['Name', 'Takes', 'Approvals', 'Written in', 'Acts']}>
        {places.environments.map(({ name, takes, approvals, line }) => (
          <SettingsRow
            key={name}
            name={name}
            cells={[
              takes,
              String(approvals),
              <code key="line">{line === null ? places.file : `${places.file}:${line}`}</code>,
            ]}
          />
        ))}
      </SettingsTable>
      <p className="border-edge border-t px-3 py-2 text-muted">
        Both are changed in <code>{places.file}</code>, by a commit that goes through the checks.
        {places.sha && (
          <>
            {' '}
            In force is that of <code>{places.sha.slice(0, 7)}</code>.
          </>
        )}
      </p>
    </Panel>
  )
}
