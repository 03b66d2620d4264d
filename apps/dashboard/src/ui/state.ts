import type {
  Deployment,
  DeployStep,
  GateResult,
  Incident,
  IncidentEntry,
  Issue,
  JobState,
  LineCell,
  LogLevel,
  MonitorState,
  OutboxRow,
  PreviewView,
  PromotionState,
  RunState,
  RunStateName,
  SampleStep,
  Severity,
  StepState,
  Verdict,
} from '@gantry/core/api'

/** What a state means to the reader. Colour and icon follow from it; the word is always there too. */
export type Role = 'ok' | 'warn' | 'bad' | 'waiting' | 'unknown'
export type IconName = 'check' | 'triangle' | 'octagon' | 'clock' | 'spinner' | 'dashed' | 'star' | 'back' | 'up'

export interface Face {
  role: Role
  word: string
  icon: IconName
}

const icons: Record<Role, IconName> = {
  ok: 'check',
  warn: 'triangle',
  bad: 'octagon',
  waiting: 'clock',
  unknown: 'dashed',
}
const face = (role: Role, word: string): Face => ({ role, word, icon: icons[role] })
const moving = (word: string): Face => ({ role: 'waiting', word, icon: 'spinner' })

export const noData = face('unknown', 'no data')
const stale = face('unknown', 'stale')
const softFailed = face('warn', 'failed, ignored')

export const deploymentFaces = {
  planned: face('waiting', 'planned'),
  deploying: moving('deploying'),
  verifying: moving('verifying'),
  live: face('ok', 'live'),
  superseded: face('unknown', 'superseded'),
  failed: face('bad', 'failed'),
  'rolled-back': face('bad', 'rolled back'),
  removed: face('unknown', 'removed'),
} satisfies Record<Deployment['state'], Face>

export const previewFaces = {
  making: moving('being made'),
  ready: face('ok', 'ready'),
  failed: face('bad', 'failed'),
  refused: face('warn', 'refused'),
  removing: moving('being removed'),
  removed: face('unknown', 'removed'),
} satisfies Record<PreviewView['state'], Face>

export const healthFaces = {
  healthy: face('ok', 'healthy'),
  watching: face('waiting', 'watching'),
  degraded: face('warn', 'degraded'),
  worse: face('bad', 'worse'),
  down: face('bad', 'down'),
  unknown: face('unknown', 'no data'),
} satisfies Record<LineCell['health'], Face>

export const traceFaces = {
  fine: face('ok', 'nothing failed'),
  failed: face('bad', 'failed'),
} satisfies Record<'fine' | 'failed', Face>

export const verdictFaces = {
  watching: moving('watching'),
  healthy: face('ok', 'healthy'),
  worse: face('bad', 'worse'),
  inconclusive: face('unknown', 'inconclusive'),
} satisfies Record<Verdict['state'], Face>

export const deployStepFaces = {
  planned: face('unknown', 'planned'),
  running: moving('running'),
  done: face('ok', 'done'),
  failed: face('bad', 'failed'),
  undone: face('warn', 'undone'),
  skipped: face('unknown', 'skipped'),
} satisfies Record<DeployStep['status'], Face>

export const sampleStepFaces = {
  done: face('ok', 'done'),
  doing: moving('under way'),
  waiting: face('waiting', 'waits for you'),
  failed: face('bad', 'failed'),
  todo: face('unknown', 'to come'),
} satisfies Record<SampleStep['state'], Face>

export const promotionFaces = {
  waiting: face('waiting', 'waiting for gates'),
  ready: face('waiting', 'needs approval'),
  approved: face('ok', 'approved'),
  rejected: face('bad', 'rejected'),
  expired: face('unknown', 'expired'),
  done: face('ok', 'deployed'),
} satisfies Record<PromotionState, Face>

export const gateFaces = {
  met: face('ok', 'met'),
  waiting: face('waiting', 'waiting'),
  unmet: face('warn', 'not met'),
} satisfies Record<GateResult['state'], Face>

export const incidentFaces = {
  open: face('bad', 'open'),
  acknowledged: face('warn', 'acknowledged'),
  resolved: face('ok', 'resolved'),
} satisfies Record<Incident['state'], Face>

export const entryFaces = {
  opened: face('bad', 'opened'),
  reopened: face('bad', 'reopened'),
  alert: face('bad', 'alert'),
  'alert-resolved': face('ok', 'alert over'),
  paged: face('waiting', 'paged'),
  'page-failed': face('warn', 'page failed'),
  acknowledged: face('warn', 'acknowledged'),
  rollback: face('warn', 'rollback'),
  verdict: face('waiting', 'verdict'),
  note: face('unknown', 'note'),
  step: face('ok', 'step'),
  resolved: face('ok', 'resolved'),
} satisfies Record<IncidentEntry['kind'], Face>

export const issueFaces = {
  open: face('bad', 'open'),
  resolved: face('ok', 'resolved'),
  muted: face('unknown', 'muted'),
  archived: face('unknown', 'archived'),
} satisfies Record<Issue['state'], Face>

/** What stands out of a list of issues, beside their state. */
export const issueMarks = {
  new: { role: 'waiting', word: 'new', icon: 'star' },
  regressed: { role: 'bad', word: 'regressed', icon: 'back' },
  goingUp: { role: 'warn', word: 'going up', icon: 'up' },
} satisfies Record<string, Face>

export const monitorFaces = {
  up: face('ok', 'up'),
  down: face('bad', 'down'),
  unknown: noData,
} satisfies Record<MonitorState, Face>

export const outboxFaces = {
  pending: face('waiting', 'on its way'),
  sent: face('ok', 'delivered'),
  dead: face('bad', 'not delivered'),
} satisfies Record<OutboxRow['state'], Face>

export const severityFaces = {
  critical: face('bad', 'critical'),
  warning: face('warn', 'warning'),
  info: face('unknown', 'info'),
} satisfies Record<Severity, Face>

export const logLevelFaces = {
  fatal: face('bad', 'fatal'),
  error: face('bad', 'error'),
  warn: face('warn', 'warn'),
  info: face('unknown', 'info'),
  debug: face('unknown', 'debug'),
  trace: face('unknown', 'trace'),
} satisfies Record<LogLevel, Face>

const statusFaces = {
  queued: face('waiting', 'queued'),
  waiting: face('waiting', 'waits for approval'),
  in_progress: moving('running'),
} satisfies Record<Exclude<RunState['status'], 'completed'>, Face>

const conclusionFaces = {
  success: face('ok', 'passed'),
  failure: face('bad', 'failed'),
  cancelled: face('unknown', 'cancelled'),
  skipped: face('unknown', 'skipped'),
} satisfies Record<NonNullable<RunState['conclusion']>, Face>

/** What a list of runs can be narrowed to, with the words its rows say. */
export const runStateWords = Object.fromEntries(
  [...Object.entries(conclusionFaces), ...Object.entries(statusFaces)].map(([name, { word }]) => [name, word]),
) as Record<RunStateName, string>

/** Face of a run, a job or a step. A completed one without a conclusion died before it could report: never ok. */
export function runFace(run: Pick<JobState, 'status' | 'conclusion' | 'isTolerated'>): Face {
  const { status, conclusion } = run
  if (status !== 'completed') return statusFaces[status]
  if (conclusion === 'failure' && run.isTolerated) return softFailed
  return conclusion ? conclusionFaces[conclusion] : noData
}

/** A step that failed and was told to go on (`continue-on-error`) is not green, and not red. */
export function stepFace(step: Pick<StepState, 'status' | 'conclusion' | 'outcome'>): Face {
  if (step.outcome === 'failure' && step.conclusion === 'success') return softFailed
  return runFace(step)
}

/** What a cell of the line says: its health, unless something moves or nothing is known any more. */
export function cellFace(
  cell: Pick<LineCell, 'health' | 'release' | 'deploymentState'>,
  { isStale = false }: { isStale?: boolean } = {},
): Face {
  if (cell.release === null) return face('unknown', 'nothing deployed')
  if (isStale) return stale
  const state = cell.deploymentState
  if (state && state !== 'live' && state !== 'superseded') return deploymentFaces[state]
  if (cell.health === 'healthy') return face('ok', 'live')
  const { role, word, icon } = healthFaces[cell.health]
  return { role, icon, word: `live · ${word}` }
}
