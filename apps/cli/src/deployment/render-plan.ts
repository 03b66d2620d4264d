import { shortSha } from '@gantry/core'
import type { RollbackPlan } from '@gantry/core/api'
import type { Painter } from '../terminal/paint.ts'

/** What a rollback would do, service by service, and what stays different afterwards. */
export function renderPlan(plan: RollbackPlan, paint: Painter): string {
  const name = (release: string | null) => (release === null ? 'nothing' : shortSha(release))
  const width = Math.max(0, ...plan.services.map(({ service }) => service.length))
  const list = (heading: string, lines: string[]) =>
    lines.length === 0 ? [] : [heading, ...lines.map(line => `  ${line}`)]
  return [
    `${paint.bold(plan.environment)}: ${name(plan.from)} → ${name(plan.to)}${plan.kept ? ', which still runs' : ''}`,
    ...plan.services.map(({ service, detail }) => `  ${service.padEnd(width)}  ${detail}`),
    `schema: ${plan.schema.fits ? paint.green('fits') : paint.red('does not fit')}, ${plan.schema.detail}`,
    ...list('as they were then again:', envLines(plan, true)),
    ...list('as they are now, not as then:', envLines(plan, false)),
    ...list(
      'vendors said:',
      plan.looked.map(
        ({ service, state, why, at }) => `${service} ${lookWords[state]}${why ? `: ${why}` : ''}, asked ${at}`,
      ),
    ),
    ...(plan.lastTookMs === null ? [] : [`the last rollback here took ${(plan.lastTookMs / 1_000).toFixed(1)} s`]),
    ...list('afterwards:', plan.after),
    ...list(paint.red('in the way:'), plan.blockers),
    ...(plan.blockers.length > 0 && plan.candidates.length > 0
      ? [`could return to: ${plan.candidates.map(shortSha).join(', ')} (--to)`]
      : []),
  ].join('\n')
}

export const lookWords = { can: 'can be put back', cannot: 'cannot be put back', unknown: 'could not be asked' }

const envLines = ({ env }: RollbackPlan, comesBack: boolean): string[] =>
  env
    .filter(each => each.comesBack === comesBack)
    .map(({ service, name, change }) => `${name} of ${service}, ${change} since`)
