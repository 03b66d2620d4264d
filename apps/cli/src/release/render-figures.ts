import { percent } from '@gantry/core'
import type { DeliveryFigure, DeliveryFigures } from '@gantry/core/api'
import type { Painter } from '../terminal/paint.ts'
import { table } from '../terminal/table.ts'

const hourMs = 3_600_000

export function renderFigures(figures: DeliveryFigures, paint: Painter): string {
  const { environment, from, to, services } = figures
  const rows: [string, string, DeliveryFigure][] = [
    ['deployments a week', numberText(figures.deploymentsPerWeek.value), figures.deploymentsPerWeek],
    ['lead time', hoursText(figures.leadTimeMs.value), figures.leadTimeMs],
    ['changes that failed', percent(figures.changeFailureShare.value), figures.changeFailureShare],
    ['time to restore', hoursText(figures.timeToRestoreMs.value), figures.timeToRestoreMs],
    ['rework', percent(figures.reworkShare.value), figures.reworkShare],
  ]
  return [
    paint.bold(`${environment}, ${from.slice(0, 10)} to ${to.slice(0, 10)}`),
    table(
      ['figure', '', 'of', ''],
      rows.map(([name, value, { of, meaning }]) => [name, value, String(of), paint.dim(meaning)]),
    ).trimEnd(),
    ...(services.length === 0
      ? []
      : [
          '',
          table(
            ['service', 'deployments', 'failed'],
            services.map(each => [each.service, String(each.deployments), String(each.failed)]),
          ).trimEnd(),
        ]),
  ].join('\n')
}

const numberText = (value: number | null): string => (value === null ? 'no data' : value.toFixed(1))

function hoursText(ms: number | null): string {
  if (ms === null) return 'no data'
  const hours = ms / hourMs
  return hours < 1
    ? `${Math.round(hours * 60)} min`
    : hours < 48
      ? `${hours.toFixed(1)} h`
      : `${(hours / 24).toFixed(1)} d`
}
