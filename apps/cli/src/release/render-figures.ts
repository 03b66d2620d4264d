import { percent } from '@gantry/core'
import type { DeliveryFigure, DeliveryFigureSet, DeliveryFigures } from '@gantry/core/api'
import type { Painter } from '../terminal/paint.ts'
import { table } from '../terminal/table.ts'

const hourMs = 3_600_000

/** For all services with how each figure is counted, and for each service; a figure of nothing says what will fill it. */
export function renderFigures(figures: DeliveryFigures, paint: Painter): string {
  const { environment, from, to, services } = figures
  return [
    paint.bold(`${environment}, ${from.slice(0, 10)} to ${to.slice(0, 10)}, from the ledger`),
    table(
      ['figure', '', 'of', ''],
      rowsOf(figures).map(([name, value, { of, meaning, fills }]) => [
        name,
        value,
        String(of),
        paint.dim(fills ?? meaning),
      ]),
    ).trimEnd(),
    ...(services.length === 0
      ? []
      : [
          '',
          table(
            ['service', ...rowsOf(figures).map(([name]) => name)],
            services.map(own => [own.service, ...rowsOf(own).map(([, value]) => value)]),
          ).trimEnd(),
        ]),
  ].join('\n')
}

const rowsOf = (figures: DeliveryFigureSet): [string, string, DeliveryFigure][] => [
  ['deployments a week', figures.deploymentsPerWeek.value?.toFixed(1) ?? '-', figures.deploymentsPerWeek],
  ['lead time', hoursText(figures.leadTimeMs.value), figures.leadTimeMs],
  ['changes that failed', shareText(figures.changeFailureShare.value), figures.changeFailureShare],
  ['time to restore', hoursText(figures.timeToRestoreMs.value), figures.timeToRestoreMs],
  ['rework', shareText(figures.reworkShare.value), figures.reworkShare],
]

const shareText = (part: number | null): string => (part === null ? '-' : percent(part))

function hoursText(ms: number | null): string {
  if (ms === null) return '-'
  const hours = ms / hourMs
  return hours < 1
    ? `${Math.round(hours * 60)} min`
    : hours < 48
      ? `${hours.toFixed(1)} h`
      : `${(hours / 24).toFixed(1)} d`
}
