import type { Line } from '@gantry/core/api'
import { ChecksCell } from './checks-cell.tsx'
import { EnvironmentSummary } from './environment-summary.tsx'
import { ServiceCell } from './service-cell.tsx'

interface Props {
  line: Line
  isStale: boolean
  onRollBack: (environment: string) => void
}

/** A row per service, a column per place it passes through. On a narrow screen each row becomes a block. */
export function TheLine({ line, isStale, onRollBack }: Props) {
  return (
    <table
      aria-label="The line"
      className="w-full border-separate border-spacing-0 rounded-8 border border-edge bg-surface max-md:block"
    >
      <thead className="max-md:block">
        <tr className="max-md:sr-only">
          <th scope="col" className="w-28 border-edge border-b px-3 py-2">
            Service
          </th>
          <th scope="col" className="w-[28%] border-edge border-b border-l px-3 py-2">
            Checks
          </th>
          {line.environments.map(({ name, isProtected }) => (
            <th
              key={name}
              scope="col"
              className={`border-edge border-b border-l px-3 py-2 ${isProtected ? 'border-t-2 border-t-control' : ''}`}
            >
              <span className="capitalize">{name}</span>
              {isProtected && <span className="ml-2 font-normal text-12 text-muted">needs approval</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-md:block">
        <tr className="max-md:block">
          <td className="border-edge border-b px-3 py-2 align-top text-muted max-md:hidden">Release</td>
          <td className="border-edge border-b border-l px-3 py-2 align-top text-muted max-md:hidden">
            {running(line)}
          </td>
          {line.environments.map(environment => (
            <td key={environment.name} className="border-edge border-b px-3 py-2 align-top max-md:block md:border-l">
              <EnvironmentSummary
                environment={environment}
                line={line}
                onRollBack={() => onRollBack(environment.name)}
              />
            </td>
          ))}
        </tr>
        {line.services.map((service, index) => (
          <tr key={service.name} className="max-md:block">
            <th
              scope="row"
              className="border-edge px-3 py-2 align-top max-md:block max-md:border-t max-md:pb-0 md:border-b"
            >
              {service.name}
              <span className="block font-normal text-12 text-muted max-md:ml-2 max-md:inline">{service.kind}</span>
            </th>
            {index === 0 && (
              <td
                rowSpan={line.services.length}
                className="relative border-edge border-b border-l bg-surface p-0 align-top max-md:hidden"
              >
                <ChecksCell runs={line.checks} />
              </td>
            )}
            {line.environments.map(environment => (
              <ServiceCell
                key={environment.name}
                environment={environment}
                service={service.name}
                isStale={isStale}
                cell={line.cells.find(cell => cell.environment === environment.name && cell.service === service.name)}
              />
            ))}
          </tr>
        ))}
        <tr className="hidden max-md:block">
          <td className="block border-edge border-t">
            <ChecksCell runs={line.checks} isHeaded />
          </td>
        </tr>
      </tbody>
    </table>
  )
}

function running(line: Line): string {
  const count = line.checks.filter(({ status }) => status !== 'completed').length
  return count === 0 ? 'nothing is running' : `${count} running`
}
