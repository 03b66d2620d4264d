import type { IssueSpread, IssueView } from '@gantry/core/api'
import { counted, percent } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { Toggle } from '../ui/button.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { BarTable, Legend, StackedBars } from '../ui/stacked-bars.tsx'
import { When } from '../ui/when.tsx'
import {
  barLabels,
  barWords,
  rangeWords,
  type SpreadBy,
  seriesName,
  spreadBars,
  spreadMarks,
  spreadRanges,
} from './spread-words.ts'

const route = getRouteApi('/issues/$issue')

/** When, where and with which release the issue was met, with what went live meanwhile. */
export function IssueSpreadPanel({ issue }: { issue: IssueView }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const range = spreadRanges.find(each => each === search.range) ?? '24h'
  const by: SpreadBy = search.by === 'environment' ? 'environment' : 'release'
  const query = useQuery(queries.issueSpread(String(issue.number), range))
  const choose = (chosen: { range?: string; by?: SpreadBy }) =>
    void navigate({ search: before => ({ ...before, ...chosen }), replace: true, resetScroll: false })
  return (
    <Panel
      title="Events over time"
      aside={
        <span className="flex flex-wrap gap-1.5">
          {spreadRanges.map(each => (
            <Toggle key={each} on={range === each} onClick={() => choose({ range: each })}>
              <span className="sr-only">{rangeWords[each]}</span>
              <span aria-hidden>{each.replace('h', ' h').replace('d', ' d')}</span>
            </Toggle>
          ))}
          <span className="w-2" />
          {(['release', 'environment'] as const).map(each => (
            <Toggle key={each} on={by === each} onClick={() => choose({ by: each })}>
              By {each}
            </Toggle>
          ))}
        </span>
      }
    >
      <Loaded query={query} rows={5}>
        {spread => <Spread spread={spread} by={by} issue={issue} />}
      </Loaded>
    </Panel>
  )
}

function Spread({ spread, by, issue }: { spread: IssueSpread; by: SpreadBy; issue: IssueView }) {
  const told = by === 'release' ? spread.byRelease : spread.byEnvironment
  const series = spreadBars(told, by)
  const labels = barLabels(spread)
  const words = `${counted(spread.events, 'event')} in the ${rangeWords[spread.range]}`
  return (
    <div className="grid min-w-0 gap-3">
      <figure className="grid min-w-0 gap-1">
        <StackedBars
          series={series}
          labels={labels}
          marks={spreadMarks(spread)}
          label={`${words}, by ${by}: ${told.map(each => `${seriesName(each, by)} ${each.events}`).join(', ') || 'none'}`}
        />
        <figcaption className="flex flex-wrap justify-between gap-x-3 text-12 text-muted">
          <span>{labels[0]}</span>
          <span>
            {words}, a bar is {barWords[spread.range]}
            {spread.deployments.length > 0 && ' · ◆ a release went live'}
          </span>
          <span>now</span>
        </figcaption>
      </figure>
      {spread.events === 0 && (
        <p className="text-muted">
          No event within the {rangeWords[spread.range]}; the last came <When at={issue.lastSeen} />.
        </p>
      )}
      <Legend
        series={told.map((each, index) => ({
          name: `${each.kind}${each.name}`,
          look: series[index]?.look ?? '',
          content: (
            <>
              {each.kind === 'one' && by === 'release' ? <ReleaseLink id={each.name} /> : seriesName(each, by)}
              <span className="text-muted">
                {each.events.toLocaleString('en-GB')} · {percent(each.events / spread.events)}
              </span>
            </>
          ),
        }))}
      />
      {spread.events > 0 && (
        <BarTable
          series={series}
          labels={labels}
          caption={`Events by ${by}, ${rangeWords[spread.range]}`}
          time="from"
        />
      )}
      <MetBy spread={spread} />
    </div>
  )
}

const shownReleases = 8

/** First and last seen of each release, with when it went live. */
function MetBy({ spread: { releases, deployments } }: { spread: IssueSpread }) {
  if (releases.length === 0) return null
  const shown = releases.toSorted((a, b) => b.lastAt.localeCompare(a.lastAt)).slice(0, shownReleases)
  return (
    <details>
      <summary className="row w-fit cursor-pointer leading-8">
        Met by {counted(new Set(releases.map(({ release }) => release)).size, 'release')}: first, last, and when it went
        live
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section tabIndex={0} aria-label="Met by" className="overflow-x-auto">
        <table className="w-full min-w-[34rem]">
          <caption className="sr-only">Releases that met it</caption>
          <thead className="text-muted">
            <tr className="[&>th]:py-1 [&>th]:pr-4 [&>th]:font-normal">
              <th scope="col">release</th>
              <th scope="col">environment</th>
              <th scope="col">events</th>
              <th scope="col">first</th>
              <th scope="col">last</th>
              <th scope="col">went live</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ release, environment, events, firstAt, lastAt, liveAt }) => (
              <tr key={`${release} ${environment}`} className="border-edge border-t [&>*]:py-1 [&>*]:pr-4">
                <th scope="row" className="font-normal">
                  {release === null ? <span className="text-muted">none said</span> : <ReleaseLink id={release} />}
                </th>
                <td>
                  <Link to="/issues" search={{ environment }} className="link">
                    {environment}
                  </Link>
                </td>
                <td>{events.toLocaleString('en-GB')}</td>
                <td>
                  <When at={firstAt} />
                </td>
                <td>
                  <When at={lastAt} />
                </td>
                <td>
                  {liveAt === null ? <span className="text-muted">not by Gantry</span> : <When at={liveAt} />}
                  {deployments.some(
                    each => each.kind === 'rollback' && each.release === release && each.environment === environment,
                  ) && <span className="text-muted"> by a rollback</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {releases.length > shown.length && (
        <p className="py-1 text-12 text-muted">
          The {shown.length} that met it last, of {releases.length}.
        </p>
      )}
    </details>
  )
}
