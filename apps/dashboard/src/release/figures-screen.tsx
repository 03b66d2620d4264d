import type { DeliveryFigures } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { SelectField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded, Panel } from '../ui/panel.tsx'
import { DaysChart } from './days-chart.tsx'
import { FigureList } from './figure-list.tsx'

const route = getRouteApi('/releases/figures')
const spans = [7, 30, 90, 365] as const
const usual = 30

/** Deployments over time, and how often, how fast and how well: for all of an environment and for each service, from the ledger. */
export function FiguresScreen() {
  const search = route.useSearch()
  const { data: line } = useQuery(queries.line())
  const names = line?.environments.map(({ name }) => name) ?? []
  const environment = search.environment ?? names.at(-1)
  const days = spans.find(span => String(span) === search.days) ?? usual
  return (
    <Page title="Delivery figures" aside={<Choice names={names} environment={environment} days={days} />}>
      <p className="text-muted">
        Counted from the rows of the{' '}
        <Link to="/ledger" className="link">
          ledger
        </Link>
        , as DORA counts them; each number opens onto its rows.
      </p>
      {environment === undefined ? (
        line && <Empty>No environment is configured yet: the first push with a gantry.config.ts brings them.</Empty>
      ) : (
        <Figures environment={environment} days={days} />
      )}
    </Page>
  )
}

function Choice(props: { names: readonly string[]; environment: string | undefined; days: number }) {
  const { names, environment, days } = props
  const navigate = route.useNavigate()
  const choose = (chosen: { environment: string | undefined; days: number }) =>
    void navigate({
      search: {
        ...(chosen.environment && chosen.environment !== names.at(-1) && { environment: chosen.environment }),
        ...(chosen.days !== usual && { days: String(chosen.days) }),
      },
      replace: true,
    })
  return (
    <>
      {environment !== undefined && (
        <SelectField
          label="Environment"
          data-filter
          value={environment}
          onChange={({ target: { value } }) => choose({ environment: value, days })}
        >
          {[...new Set([...names, environment])].map(name => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
      )}
      <SelectField
        label="Time"
        value={String(days)}
        onChange={({ target: { value } }) => choose({ environment, days: Number(value) })}
      >
        {spans.map(span => (
          <option key={span} value={String(span)}>
            last {span} days
          </option>
        ))}
      </SelectField>
      <Link to="/releases" className="link">
        Releases
      </Link>
    </>
  )
}

function Figures({ environment, days }: { environment: string; days: number }) {
  const query = useQuery(queries.figures(environment, days))
  return (
    <Loaded query={query} rows={8}>
      {figures => <All figures={figures} />}
    </Loaded>
  )
}

function All({ figures }: { figures: DeliveryFigures }) {
  const { environment, services, days } = figures
  return (
    <>
      <Panel title={`Deployments to ${environment} over time`}>
        <DaysChart days={days} nothing={figures.deploymentsPerWeek.fills} />
      </Panel>
      <Panel title="All services">
        <FigureList figures={figures} of="all services" />
      </Panel>
      {services.map(({ service, ...own }) => (
        <Panel key={service} title={service}>
          <FigureList figures={own} of={service} />
        </Panel>
      ))}
    </>
  )
}
