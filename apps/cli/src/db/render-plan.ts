import type { Migration, StatementVerdict } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import type { DryRun } from '@gantry/migrations'
import type { Painter } from '../terminal/paint.ts'
import { cut } from '../terminal/table.ts'
import type { DbPlan } from './plan.ts'

/** The plan for people: each statement with its class, what is refused with the other form, and how the try went. */
export function renderDbPlan(plan: DbPlan, paint: Painter): string {
  const { pending, squawk } = plan
  return [
    paint.bold(
      `${pending.length === 0 ? 'nothing' : counted(pending.length, 'migration')} to apply, from ${plan.dir} (${plan.tool})`,
    ),
    ...pending.flatMap(migration => renderMigration(migration, paint)),
    ...renderDrift(plan, paint),
    ...(pending.length > 0 && plan.dryRun ? [renderTry(plan.dryRun, paint)] : []),
    ...(squawk ?? []).map(({ migration, line, rule, message }) => `squawk  ${migration}:${line}  ${rule}  ${message}`),
    ...(squawk === null && pending.length > 0
      ? [paint.dim('squawk is not installed: `pnpm add -D squawk-cli` shows its findings here')]
      : []),
  ].join('\n')
}

function renderMigration({ version, name, verdicts }: Migration, paint: Painter): string[] {
  return [`${version}_${name}`, ...verdicts.flatMap(verdict => renderVerdict(verdict, paint))]
}

const widest = 72

function renderVerdict(
  { class: kind, isSafe, line, statement, why, instead, accepted }: StatementVerdict,
  paint: Painter,
): string[] {
  const colour = isSafe ? paint.green : accepted === null ? paint.red : paint.yellow
  const row = `  ${colour(kind.padEnd(8))}  ${String(line).padStart(4)}  ${cut(statement, widest)}`
  if (isSafe) return [row]
  const reason = `${' '.repeat(18)}${why}`
  if (accepted !== null) return [row, reason, `${' '.repeat(18)}accepted: ${accepted}`]
  const form = (instead ?? '').split('\n').filter(text => text !== '')
  return [row, reason, ...form.map(text => paint.dim(`${' '.repeat(20)}${text}`))]
}

function renderDrift({ remoteOnly, changed, halfDone, invalidIndexes }: DbPlan, paint: Painter): string[] {
  return [
    ...remoteOnly.map(name => paint.yellow(`${name} is in the database, and not here`)),
    ...changed.map(name => paint.red(`${name} was applied before and has been edited since`)),
    ...halfDone.map(name => paint.red(`${name} was begun and not ended: \`prisma migrate resolve\` it first`)),
    ...invalidIndexes.map(({ index, table }) =>
      paint.yellow(`index ${index} of ${table} is not valid: drop it, and make it again`),
    ),
  ]
}

function renderTry(dryRun: DryRun, paint: Painter): string {
  if (dryRun.state === 'passed') return paint.green('tried on an empty copy of the schema: passes')
  if (dryRun.state === 'untried') return paint.yellow(`not tried on a copy of the schema: ${dryRun.why}`)
  const { migration, line, column, sqlState, message } = dryRun
  return paint.red(`tried on an empty copy of the schema: ${migration}:${line}:${column}: ${message} (${sqlState})`)
}
