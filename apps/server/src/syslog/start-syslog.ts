import { setTimeout as wait } from 'node:timers/promises'
import type { Intake } from '../ingest/intake.ts'
import { patience } from '../ingest/patience.ts'
import { startTicker } from '../watch/ticker.ts'
import { seats } from './seats.ts'
import { readCertificate } from './syslog-certificate.ts'
import { SyslogListener, type SyslogListenerParts, type SyslogListenerState } from './syslog-listener.ts'
import type { SyslogSettings } from './syslog-settings.ts'

export interface RunningSyslog {
  states(): SyslogListenerState[]
  /** Why what came is not stored yet, since when; null: nothing waits. */
  waits(): { since: string; why: string } | null
  /** Answers when everybody has ended and what came is stored. Who does not end within seconds is cut off. */
  stop(): Promise<void>
}

export interface SyslogParts extends Pick<SyslogListenerParts, 'ownKey' | 'log' | 'now' | 'strangerMs'> {
  intake: Pick<Intake, 'patient'>
  /** How long those that are connected have to end. */
  graceMs?: number
  /** How long what could not be stored waits for its second try; each one waits twice as long. */
  firstMs?: number
}

/** Of chunks as they come: a few MB of lines are held, however many send at once. */
const mostAtOnce = 8
const graceMs = 3_000
const refreshEveryMs = 3_600_000

/** Listens where the settings say. @throws GantryError PORT_IN_USE, BAD_REQUEST */
export async function startSyslog(
  settings: SyslogSettings,
  { intake, graceMs: grace = graceMs, firstMs = 50, ...parts }: SyslogParts,
): Promise<RunningSyslog> {
  const { log, now } = parts
  const stopping = new AbortController()
  let waits: { since: string; why: string } | null = null
  const patiently = patience({
    signal: stopping.signal,
    firstMs,
    onWait(cause) {
      if (cause !== null && waits === null) log.error({ err: cause }, 'what comes by syslog waits to be stored')
      const why = cause instanceof Error ? cause.message : String(cause)
      waits = cause === null ? null : { since: waits?.since ?? now().toISOString(), why }
    },
  })
  const certificate = settings.tls && (await readCertificate(settings.tls))
  const own = { ...parts, certificate, intake: intake.patient(patiently), seat: seats(mostAtOnce) }
  const listeners = settings.ports.map(port => new SyslogListener(port, own))
  const closed = () => Promise.all(listeners.map(listener => listener.close()))
  try {
    for (const listener of listeners) await listener.listen()
  } catch (cause) {
    await closed()
    throw cause
  }
  const refreshing = startTicker(
    refreshEveryMs,
    async () => certificate?.refresh(),
    cause => log.error({ err: cause }, 'the certificate of syslog could not be read again'),
  )
  return {
    states: () => listeners.map(({ state }) => state),
    waits: () => waits,
    async stop() {
      await refreshing.stop()
      const ended = closed()
      await Promise.race([ended, wait(grace, undefined, { ref: false })])
      stopping.abort()
      for (const listener of listeners) listener.cut()
      await ended
    },
  }
}
