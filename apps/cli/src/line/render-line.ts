import { isOpenPromotion, shortSha } from '@gantry/core'
import type { Line, LineCell, Verdict } from '@gantry/core/api'
import { failureLine } from '@gantry/core/words'
import { ago } from '../terminal/ago.ts'
import type { Painter, Style } from '../terminal/paint.ts'
import { cut, table } from '../terminal/table.ts'

const colours: Record<LineCell['health'], Style> = {
  healthy: 'green',
  watching: 'cyan',
  degraded: 'yellow',
  worse: 'red',
  down: 'red',
  unknown: 'dim',
}

/** The first screen at a prompt: a row per service, a column per environment, then what wants attention. */
export function renderLine(
  line: Line,
  paint: Painter,
  { now, only }: { now: Date; only?: string | undefined },
): string {
  const environments = line.environments.filter(({ name }) => only === undefined || name === only)
  const rows = line.services.map(service => [
    service.name,
    ...environments.map(({ name }) => cellText(cellOf(line, name, service.name), paint, now)),
  ])
  const parts = [
    table(['service', ...environments.map(({ name }) => name)], rows) || 'nothing was pushed to main yet\n',
    troubles(line, only)
      .map(text => `  ${text}\n`)
      .join(''),
    environments.map(environment => environmentText(environment, paint, now)).join(''),
    line.promotions
      .filter(({ environment, state }) => isOpenPromotion(state) && (only === undefined || environment === only))
      .map(({ release, environment, state, gates }) => {
        const open = gates.filter(gate => gate.state !== 'met').map(gate => gate.gate)
        const why = state === 'ready' ? 'waits for approval' : `waits for ${open.join(', ') || 'its gates'}`
        return `${paint.yellow('promotion')} ${shortSha(release)} → ${environment} ${why}\n`
      })
      .join(''),
    line.incidents
      .map(
        ({ number, severity, title, state }) => `${paint.red('incident')} #${number} ${severity} ${state}: ${title}\n`,
      )
      .join(''),
  ]
  return parts.filter(part => part !== '').join('\n')
}

export function renderChecks(line: Line, now: Date): string {
  const rows = line.checks
    .slice(0, 5)
    .map(run => [
      `${run.workflowName} #${run.number}`,
      shortSha(run.sha),
      run.conclusion ?? run.status,
      ago(run.createdAt, now),
      cut(failureLine(run) ?? run.title, 60),
    ])
  return table(['run', 'commit', 'state', 'started', ''], rows)
}

const cellOf = (line: Line, environment: string, service: string): LineCell | undefined =>
  line.cells.find(cell => cell.environment === environment && cell.service === service)

function cellText(cell: LineCell | undefined, paint: Painter, now: Date): string {
  if (!cell?.release) return paint.dim('–')
  return `${shortSha(cell.release)} ${paint[colours[cell.health]](cell.health)} ${paint.dim(ago(cell.since, now))}`
}

/** The sentence behind each health that is not well. */
function troubles(line: Line, only: string | undefined): string[] {
  return line.cells
    .filter(({ environment }) => only === undefined || environment === only)
    .filter(({ health, release }) => release !== null && ['degraded', 'worse', 'down'].includes(health))
    .map(({ service, environment, healthDetail }) => `${service} in ${environment}: ${healthDetail}`)
}

function environmentText(
  { name, current, hold, noWayBack, commitsAhead }: Line['environments'][number],
  paint: Painter,
  now: Date,
): string {
  const lines: string[] = []
  const isMoving = current !== null && ['planned', 'deploying', 'verifying'].includes(current.state)
  if (isMoving) lines.push(`${name}: ${current.kind} of ${shortSha(current.release)} is ${current.state}`)
  const verdict = current?.verdict
  if (verdict) lines.push(`${name}: verdict ${verdictText(verdict)}`)
  if (commitsAhead) lines.push(`${name}: main is ${commitsAhead} ahead`)
  if (hold)
    lines.push(
      `${paint.yellow('hold')} ${name}: promotions wait since ${ago(hold.since, now)}, by ${hold.by}: ${hold.because}`,
    )
  if (noWayBack) lines.push(paint.yellow(noWayBack))
  return lines.map(text => `${text}\n`).join('')
}

const verdictText = ({ state, summary }: Verdict): string =>
  summary.startsWith(state) ? summary : `${state}: ${summary}`
