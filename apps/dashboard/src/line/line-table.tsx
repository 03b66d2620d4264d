import type { Line } from '@gantry/core/api'
import { ChecksCell } from './checks-cell.tsx'
import { EnvironmentHead } from './environment-head.tsx'
import type { Intent } from './line-screen.tsx'
import { ServiceCell } from './service-cell.tsx'

/** A row per service, a column per place it passes through. On a narrow screen each row becomes a block. */
export function LineTable(props: { line: Line; isStale: boolean; onIntent: (intent: Intent) => void }) {
  const { line, isStale, onIntent } = props
  return (
    <table className="w-full border-separate border-spacing-0 rounded-8 border border-edge bg-surface max-md:block">
      <caption className="sr-only">The line</caption>
      <thead className="max-md:block">
        <tr className="max-md:hidden">
          <th scope="col" className="w-28 border-edge border-b px-3 py-2 font-normal text-muted">
            service
          </th>
          <th scope="col" className="w-[28%] border-edge border-b border-l px-3 py-2">
            checks <span className="font-normal text-muted">newest runs</span>
          </th>
          {line.environments.map(({ name, isProtected }) => (
            <th
              key={name}
              scope="col"
              className={`border-edge border-b border-l px-3 py-2 ${isProtected ? 'border-t-2 border-t-control' : ''}`}
            >
              {name} {isProtected && <span className="font-normal text-muted">needs approval</span>}
            </th>
          ))}
        </tr>
        <tr className="max-md:block">
          <td className="border-edge border-b px-3 py-2 text-muted max-md:hidden">release</td>
          <td className="border-edge border-b border-l px-3 py-2 max-md:hidden">
            <PushHint line={line} />
          </td>
          {line.environments.map(environment => (
            <td key={environment.name} className="border-edge border-b px-3 py-2 align-top max-md:block md:border-l">
              <EnvironmentHead environment={environment} line={line} onIntent={onIntent} />
            </td>
          ))}
        </tr>
      </thead>
      <tbody className="max-md:block">
        {line.services.map((service, index) => (
          <tr key={service.name} className="max-md:block">
            <th scope="row" className="border-edge px-3 py-2 align-top max-md:block max-md:border-t max-md:pb-0 md:border-b">
              {service.name}
              <span className="block font-normal text-12 text-muted max-md:ml-2 max-md:inline">{service.kind}</span>
            </th>
            {index === 0 && (
              <td rowSpan={line.services.length} className="border-edge border-b border-l p-0 align-top max-md:hidden">
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

function PushHint({ line }: { line: Line }) {
  const running = line.checks.filter(({ status }) => status !== 'completed').length
  return <span className="text-muted">{running === 0 ? 'nothing is running' : `${running} running`}</span>
}
