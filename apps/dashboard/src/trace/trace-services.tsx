import type { TraceView } from '@gantry/core/api'
import { percent, spanTime } from '@gantry/core/words'

interface Props {
  trace: TraceView
  lookOf: (service: string | null) => string
}

/** Where the time went: the spans of each service, while no span below them ran. */
export function TraceServices({ trace: { services }, lookOf }: Props) {
  const all = services.reduce((sum, { ownMs }) => sum + ownMs, 0)
  return (
    <div className="overflow-x-auto">
      <table className="w-full">
        <caption className="sr-only">Own time, spans and failures of each service</caption>
        <thead className="text-muted">
          <tr className="[&>th]:px-3 [&>th]:py-1 [&>th]:font-normal">
            <th scope="col">service</th>
            <th scope="col">own time</th>
            <th scope="col" className="w-2/5 max-sm:hidden">
              share
            </th>
            <th scope="col">spans</th>
            <th scope="col">failed</th>
          </tr>
        </thead>
        <tbody>
          {services.map(({ service, spans, failed, ownMs }) => (
            <tr key={service} className="border-edge border-t [&>*]:px-3 [&>*]:py-1">
              <th scope="row" className="font-normal">
                <span className="flex items-center gap-1.5">
                  <span aria-hidden className={`bar size-3 shrink-0 rounded-[2px] ${lookOf(service)}`} />
                  {service ?? <span className="text-muted">without a name</span>}
                </span>
              </th>
              <td className="whitespace-nowrap">{spanTime(ownMs)}</td>
              <td className="max-sm:hidden">
                <span className="flex items-center gap-2">
                  <span className="h-3 min-w-0 flex-1 rounded-[2px] bg-sunken">
                    <span
                      aria-hidden
                      className={`bar block h-3 rounded-[2px] ${lookOf(service)}`}
                      style={{ width: `${all === 0 ? 0 : (ownMs / all) * 100}%` }}
                    />
                  </span>
                  <span className="w-12 text-right text-muted">{percent(all === 0 ? null : ownMs / all)}</span>
                </span>
              </td>
              <td>{spans.toLocaleString('en-GB')}</td>
              <td className={failed > 0 ? 'font-semibold text-bad' : 'text-muted'}>{failed.toLocaleString('en-GB')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
