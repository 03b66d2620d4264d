import { readFile } from 'node:fs/promises'
import { createSecureContext, type SecureContextOptions, type TlsOptions } from 'node:tls'
import { GantryError } from '@gantry/core'
import type { SyslogSettings } from './syslog-settings.ts'

/** What the ports that speak TLS show, and whom they believe. */
export interface SyslogCertificate {
  options: TlsOptions
  onChange(hear: (options: SecureContextOptions) => void): void
  /** Reads the files again: certificates are renewed every few weeks. */
  refresh(): Promise<void>
}

/** @throws GantryError BAD_REQUEST */
export async function readCertificate(files: NonNullable<SyslogSettings['tls']>): Promise<SyslogCertificate> {
  let known = await read(files)
  const hearers: ((options: SecureContextOptions) => void)[] = []
  return {
    options: { ...known, ...(files.ca !== null && { requestCert: true, rejectUnauthorized: true }) },
    onChange: hear => void hearers.push(hear),
    async refresh() {
      const next = await read(files)
      if (JSON.stringify(next) === JSON.stringify(known)) return
      known = next
      for (const hear of hearers) hear(known)
    },
  }
}

async function read({ cert, key, ca }: NonNullable<SyslogSettings['tls']>) {
  try {
    const read = {
      cert: await readFile(cert, 'utf8'),
      key: await readFile(key, 'utf8'),
      ...(ca !== null && { ca: await readFile(ca, 'utf8') }),
    }
    createSecureContext(read)
    return read
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new GantryError('BAD_REQUEST', `GANTRY_SYSLOG_CERT, GANTRY_SYSLOG_CERT_KEY: ${why}`, {}, { cause })
  }
}
