import type { MonitorView } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'
import { Command } from '../ui/command.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded, Panel } from '../ui/panel.tsx'
import { monitorFaces } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { duration } from '../ui/time.ts'
import { When } from '../ui/when.tsx'
import { CheckBars } from './check-bars.tsx'
import { summaryOf } from './check-summary.ts'

export function MonitorsPage() {
  const query = useQuery(queries.monitors())
  return (
    <Page title="Monitors">
      <Loaded query={query}>
        {({ monitors }) =>
          monitors.length === 0 ? (
            <Empty>
              Nothing is probed yet: services get a monitor when their first release is live.
              <Command text="gantry up" />
            </Empty>
          ) : (
            Object.entries(Object.groupBy(monitors, ({ environment }) => environment)).map(([name, each]) => (
              <Panel key={name} title={name} flush aside={<span className="text-muted">{countUp(each ?? [])}</span>}>
                <Table monitors={each ?? []} environment={name} />
              </Panel>
            ))
          )
        }
      </Loaded>
    </Page>
  )
}

const countUp = (monitors: MonitorView[]) =>
  `${monitors.filter(({ state }) => state === 'up').length} of ${monitors.length} up`

function Table({ monitors, environment }: { monitors: MonitorView[]; environment: string }) {
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={`Monitors of ${environment}, scrollable`}>
      <table className="w-full min-w-[640px]">
        <caption className="sr-only">Monitors of {environment}</caption>
        <thead className="text-12 text-muted">
          <tr className="border-edge border-b">
            {['Monitor', 'State', 'Since', 'Last answer', 'Newest 60 checks', 'Every'].map(name => (
              <th key={name} scope="col" className="px-3 py-1.5">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {monitors.map(monitor => (
            <Row key={monitor.id} monitor={monitor} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ monitor }: { monitor: MonitorView }) {
  const { last, recent } = monitor
  return (
    <tr className="border-edge border-b last:border-0">
      <th scope="row" className="px-3 py-2 font-normal">
        <span className="font-semibold">{monitor.name}</span>
        <code className="block break-all text-muted">{monitor.target}</code>
      </th>
      <td className="px-3 py-2">
        <StateMark face={monitorFaces[monitor.state]} />
        {monitor.streak > 0 && (
          <span className="block text-12 text-muted">
            {monitor.streak} of {monitor.confirmations} checks disagree
          </span>
        )}
      </td>
      <td className="px-3 py-2">{monitor.since ? <When at={monitor.since} /> : <span className="text-muted">no data</span>}</td>
      <td className="px-3 py-2">
        {last ? (
          <>
            {last.status ?? 'no answer'} in {duration(last.latencyMs)}
            <span className="block text-12 text-muted">
              {last.error ? `${last.error} · ` : ''}
              <When at={last.at} />
            </span>
          </>
        ) : (
          <span className="text-muted">no data</span>
        )}
      </td>
      <td className="w-56 px-3 py-2">
        <CheckBars checks={recent} label={summaryOf(recent)} />
        <span className="text-12 text-muted">{summaryOf(recent)}</span>
      </td>
      <td className="px-3 py-2">{duration(monitor.everyMs)}</td>
    </tr>
  )
}
