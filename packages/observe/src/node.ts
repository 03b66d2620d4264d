import * as Sentry from '@sentry/node'
import { type DestinationStream, type Logger, type LoggerOptions, multistream, pino } from 'pino'
import { type Deployment, deploymentOf, type Env, sendsOtlp, tracesShare } from './deployment.ts'
import { type OtlpLines, otlpLines } from './otlp-lines.ts'

export interface ObserveOptions {
  /** Its name in `gantry.config.ts`. */
  service: string
  /** The variables; `process.env` by default. */
  env?: Env
  /** More for `Sentry.init`; wins over what is set here. */
  sentry?: Sentry.NodeOptions
  /** More for pino; wins over what is set here. */
  log?: LoggerOptions
  /** Where lines are written; standard output by default. */
  output?: DestinationStream
}

export interface Observed {
  /** JSON lines to standard output, with service, environment, release and trace; an error that is logged is an issue, too. */
  log: Logger
  deployment: Deployment
  /** Sends what waits, before a process ends. True when all was sent in time. */
  flush(timeoutMs?: number): Promise<boolean>
}

/**
 * Errors, lines and traces of a service of Node, towards whatever the variables name:
 *
 * - `SENTRY_DSN`: errors, and traces for `SENTRY_TRACES_SAMPLE_RATE` of the requests. Unset: none is sent.
 * - `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_HEADERS`: lines by OTLP, beside standard output.
 * - `LOG_LEVEL`: `info` by default.
 *
 * Call it before anything else is imported that it should see.
 *
 * @example const { log } = observe({ service: 'backend' })
 */
export function observe(options: ObserveOptions): Observed {
  const env = options.env ?? process.env
  const deployment = deploymentOf(env)
  startSentry(options, deployment, tracesShare(env))
  const sent = sendsOtlp(env) ? otlpLines(options.service, deployment) : null
  const log = loggerOf(options, deployment, env['LOG_LEVEL'] || 'info', sent)
  return { log, deployment, flush: timeoutMs => flush(sent, timeoutMs ?? 2_000) }
}

function startSentry({ service, sentry }: ObserveOptions, deployment: Deployment, share: number): void {
  const { dsn, release, environment } = deployment
  Sentry.init({
    ...(dsn === null ? {} : { dsn }),
    ...(release === null ? {} : { release }),
    environment,
    tracesSampleRate: share,
    initialScope: { tags: { service } },
    // By default an error that equals the one before it is dropped. Each is a request that failed, and how many did is what
    // tells a bad release from a bad moment.
    integrations: defaults => defaults.filter(({ name }) => name !== 'Dedupe'),
    ...sentry,
  })
}

function loggerOf(
  { service, log, output }: ObserveOptions,
  { release, environment }: Deployment,
  level: string,
  sent: OtlpLines | null,
): Logger {
  const settings: LoggerOptions = {
    level,
    base: { service, environment, ...(release === null ? {} : { release }) },
    mixin: traceOf,
    hooks: {
      logMethod(args, method, number) {
        report(args, number)
        method.apply(this, args)
      },
    },
    ...log,
  }
  const own = output ?? pino.destination(1)
  if (sent === null) return pino(settings, own)
  return pino(
    settings,
    multistream([
      { level: 'trace', stream: own },
      { level: 'trace', stream: sent },
    ]),
  )
}

/** Which request a line is of: its trace leads to the errors and the lines of other services. */
function traceOf(): object {
  const context = Sentry.getActiveSpan()?.spanContext()
  return context === undefined ? {} : { trace_id: context.traceId, span_id: context.spanId }
}

const errorLevel = 50

/** `log.error(error)` and `log.error({ err: error }, 'words')` are reported as what they are. */
function report([first]: unknown[], number: number): void {
  if (number < errorLevel || typeof first !== 'object' || first === null) return
  const error = first instanceof Error ? first : 'err' in first ? first.err : 'error' in first ? first.error : undefined
  if (error instanceof Error) Sentry.captureException(error, { level: number > errorLevel ? 'fatal' : 'error' })
}

async function flush(sent: OtlpLines | null, timeoutMs: number): Promise<boolean> {
  const late = new Promise<false>(resolve => setTimeout(() => resolve(false), timeoutMs).unref())
  const all = Promise.all([Sentry.flush(timeoutMs), sent?.flush().then(() => true) ?? true])
  return Promise.race([all.then(done => done.every(Boolean)), late])
}
