import { GantryError } from '@gantry/core'

/** A port that messages of syslog are taken at. */
export interface SyslogPort {
  isTls: boolean
  host: string
  port: number
  /** Whose lines those are that show no key; null: they are refused. */
  project: string | null
  /** Of which service they are; null: of the program that wrote them. */
  service: string | null
  /** Of lines that do not say it. */
  environment: string | null
}

export interface SyslogSettings {
  ports: SyslogPort[]
  /** Files in PEM; null: no port speaks TLS. */
  tls: { cert: string; key: string; ca: string | null } | null
}

/** As registered: https://www.rfc-editor.org/rfc/rfc5425#section-4.1, https://www.rfc-editor.org/rfc/rfc6587#section-3.1 */
const usualPorts = { 'tls:': 6514, 'tcp:': 601 } as const
const name = /^[a-z][a-z0-9-]{0,62}$/

/** Null: nothing listens. @throws GantryError BAD_REQUEST */
export function readSyslogSettings(env: Record<string, string | undefined>): SyslogSettings | null {
  const said = (env['GANTRY_SYSLOG'] ?? '').split(/[\s,]+/).filter(one => one !== '')
  if (said.length === 0) return null
  const ports = said.map(portOf)
  if (!ports.some(({ isTls }) => isTls)) return { ports, tls: null }
  const [cert, key] = [env['GANTRY_SYSLOG_CERT'], env['GANTRY_SYSLOG_CERT_KEY']]
  if (!cert || !key)
    throw new GantryError(
      'BAD_REQUEST',
      'GANTRY_SYSLOG: expected GANTRY_SYSLOG_CERT and GANTRY_SYSLOG_CERT_KEY, two files in PEM, as a port speaks TLS',
    )
  return { ports, tls: { cert, key, ca: env['GANTRY_SYSLOG_CA'] || null } }
}

function portOf(text: string): SyslogPort {
  const url = URL.canParse(text) ? new URL(text) : null
  const usual = url && usualPorts[url.protocol as keyof typeof usualPorts]
  const [project = null, service = null, ...more] = url?.pathname.split('/').filter(part => part !== '') ?? []
  const unknown = [...(url?.searchParams.keys() ?? [])].filter(key => key !== 'environment')
  const isNamed = [project, service].every(one => one === null || name.test(one))
  if (!url || !usual || url.hostname === '' || url.username !== '' || more.length > 0 || !isNamed || unknown.length > 0)
    throw new GantryError(
      'BAD_REQUEST',
      `GANTRY_SYSLOG: expected tls://0.0.0.0:6514 or tcp://127.0.0.1:1514/project/service?environment=staging, got "${text}"`,
    )
  return {
    isTls: url.protocol === 'tls:',
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? usual : Number(url.port),
    ...{ project, service, environment: url.searchParams.get('environment') },
  }
}
