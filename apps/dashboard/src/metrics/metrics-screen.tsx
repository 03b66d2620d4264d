import type { CiMetrics, Figures, WorkflowFigures } from '@gantry/core/api'
import { counted, percent } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { queries } from '../api/queries.ts'
import { Command } from '../ui/command.tsx'
import { SelectField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded, Panel } from '../ui/panel.tsx'
import { duration } from '../ui/time.ts'
import { trendWords } from './trend-words.ts'

const route = getRouteApi('/runs/metrics')
const spans = [7, 30, 90] as const
const usual = 30

/** Figures of past runs, those of GitHub included: how long, how often red, how long they waited, what flakes. */
export function MetricsScreen() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const days = spans.find(span => String(span) === search.days) ?? usual
  const query = useQuery(queries.metrics(days))
  return (
    <Page
      title="Run metrics"
      aside={
        <>
          <SelectField
            label="Time"
            data-filter
            value={String(days)}
            onChange={({ target: { value } }) =>
              void navigate({ search: value === String(usual) ? {} : { days: value }, replace: true })
            }
          >
            {spans.map(span => (
              <option key={span} value={String(span)}>
                last {span} days
              </option>
            ))}
          </SelectField>
          <Link to="/runs" className="link">
            Runs
          </Link>
        </>
      }
    >
      <Loaded query={query} rows={8}>
        {metrics => <Metrics metrics={metrics} days={days} />}
      </Loaded>
    </Page>
  )
}

function Metrics({ metrics, days }: { metrics: CiMetrics; days: number }) {
  const { workflows, runners, flakes, budgetMs } = metrics
  if (workflows.length === 0)
    return (
      <Empty>
        <p>No run ended in the last {days} days. Push a branch and its checks run here.</p>
        <Command text="git push gantry HEAD:first-steps" />
      </Empty>
    )
  const odd = workflows.filter(({ anomaly }) => anomaly !== null)
  return (
    <>
      {odd.length > 0 && (
        <ul role="status" className="rounded-8 border border-edge bg-surface px-3 py-2">
          {odd.map(({ name, source, anomaly }) => (
            <li key={`${name} ${source}`} className="text-warn">
              ▲ <b className="font-semibold">{name}</b> {anomaly}
            </li>
          ))}
        </ul>
      )}
      <Panel title="Workflows" flush>
        <Table
          caption="Figures of each workflow, most often run first"
          first="workflow"
          more={['trend', `over ${duration(budgetMs)}`]}
        >
          {workflows.map(own => (
            <Row
              key={`${own.name} ${own.source}`}
              figures={own}
              detail={placeOf(own)}
              more={[trendWords(own.trend), <OverBudget key="over" of={own} />]}
            />
          ))}
        </Table>
      </Panel>
      {flakes.length > 0 && (
        <Panel title="Flaky jobs">
          <ul>
            {flakes.map(({ workflow, job, commits, rate, costMs }) => (
              <li key={`${workflow} ${job}`} className="py-1">
                <b className="font-semibold">{job}</b> <span className="text-muted">of {workflow}</span> failed and
                passed on {counted(commits, 'commit')} ({percent(rate)}); its failures took {duration(costMs)}
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Panel title="Jobs" flush>
        <Table caption="Figures of each job" first="job">
          {workflows.flatMap(flow =>
            flow.jobs.map(job => (
              <Row
                key={`${flow.name} ${flow.source} ${job.name}`}
                figures={job}
                detail={`${flow.name} ${placeOf(flow)}`}
              />
            )),
          )}
        </Table>
      </Panel>
      <Panel title="Runners" flush>
        <Table caption="Figures of each runner" first="runner">
          {runners.map(own => (
            <Row key={own.name} figures={own} />
          ))}
        </Table>
      </Panel>
    </>
  )
}

const placeOf = ({ source }: WorkflowFigures): string => (source === 'github' ? 'on GitHub' : 'here')

const columns = ['runs', 'success', 'median', '95 %', 'waited, median', 'waited, 95 %'] as const

function Table(props: { caption: string; first: string; more?: string[]; children: ReactNode }) {
  const { caption, first, more = [], children } = props
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section className="overflow-x-auto" aria-label={caption} tabIndex={0}>
      <table className="w-full whitespace-nowrap tabular-nums">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-edge border-b text-left text-muted [&>th]:px-3 [&>th]:py-1.5 [&>th]:font-normal">
            {[first, ...columns, ...more].map(name => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}

function Row({ figures, detail, more = [] }: { figures: Figures; detail?: string; more?: ReactNode[] }) {
  const { name, count, successRate, failed, durationMs, queueMs } = figures
  const cells = [
    count,
    <span key="success" className={failed > 0 ? 'text-warn' : undefined}>
      {percent(successRate)}
    </span>,
    durationMs ? duration(durationMs.p50) : 'no data',
    durationMs ? duration(durationMs.p95) : 'no data',
    queueMs ? duration(queueMs.p50) : 'no data',
    queueMs ? duration(queueMs.p95) : 'no data',
    ...more,
  ]
  return (
    <tr className="border-edge border-b last:border-0 [&>*]:px-3 [&>*]:py-1.5">
      <th scope="row" className="text-left font-semibold">
        {name} {detail && <span className="font-normal text-muted">{detail}</span>}
      </th>
      {cells.map((cell, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
        <td key={index}>{cell}</td>
      ))}
    </tr>
  )
}

function OverBudget({ of: { overBudget, count } }: { of: WorkflowFigures }) {
  return overBudget === 0 ? 'none' : <span className="text-warn">{`${overBudget} of ${count}`}</span>
}
