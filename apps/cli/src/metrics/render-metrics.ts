import { percent } from '@gantry/core'
import type { CiMetrics, Figures, WorkflowFigures } from '@gantry/core/api'
import { took } from '../terminal/ago.ts'
import type { Painter } from '../terminal/paint.ts'
import { cut, table } from '../terminal/table.ts'

/** Figures of workflows, then of jobs and runners, what flakes, and what is odd now. */
export function renderMetrics({ workflows, runners, flakes, budgetMs }: CiMetrics, paint: Painter): string {
  if (workflows.length === 0) return 'no run ended in this time'
  const head = ['runs', 'success', 'p50', 'p95', 'queue p50', 'queue p95']
  const rows = workflows.map(own => [
    cut(nameOf(own), 40),
    ...figures(own),
    own.trend === null ? '–' : `${own.trend.toFixed(2)} ×`,
    own.overBudget === 0 ? '0' : paint.yellow(String(own.overBudget)),
  ])
  const jobs = workflows.flatMap(({ name, jobs: own }) =>
    own.map(job => [cut(`${name} ${job.name}`, 60), ...figures(job)]),
  )
  const odd = workflows.flatMap(flow => (flow.anomaly ? paint.yellow(`▲ ${nameOf(flow)}: ${flow.anomaly}`) : []))
  return [
    table(['workflow', ...head, 'trend', `over ${took(budgetMs)}`], rows),
    table(['job', ...head], jobs),
    table(
      ['runner', ...head],
      runners.map(own => [cut(own.name, 40), ...figures(own)]),
    ),
    table(
      ['flaky job', 'commits', 'rate', 'cost'],
      flakes.map(flake => [
        cut(`${flake.workflow} ${flake.job}`, 60),
        String(flake.commits),
        percent(flake.rate),
        took(flake.costMs),
      ]),
    ),
    odd.join('\n'),
  ]
    .map(block => block.trimEnd())
    .filter(block => block !== '')
    .join('\n\n')
}

const nameOf = ({ name, source }: WorkflowFigures): string => (source === 'github' ? `${name} on GitHub` : name)

const figures = ({ count, successRate, durationMs, queueMs }: Figures): string[] => [
  String(count),
  successRate === null ? '–' : percent(successRate),
  durationMs ? took(durationMs.p50) : '–',
  durationMs ? took(durationMs.p95) : '–',
  queueMs ? took(queueMs.p50) : '–',
  queueMs ? took(queueMs.p95) : '–',
]
