import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Certificate {
  key: string
  cert: string
  /** File of the authority that signed it, for NODE_EXTRA_CA_CERTS. */
  authorityFile: string
}

/** A certificate for these hosts, by an authority that only a test trusts. Node itself makes none; `openssl` is on every Linux. */
export async function certificateFor(hosts: readonly string[], dir: string): Promise<Certificate> {
  const openssl = (...words: string[]) => run('openssl', words, { cwd: dir })
  const names = hosts.map(host => (/^[\d.]+$/.test(host) ? `IP:${host}` : `DNS:${host}`))
  await writeFile(join(dir, 'names.ext'), `subjectAltName=${names.join(',')}\n`)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  await openssl(...['req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test', '-days', '2'])
  await openssl(...['req', ...key, '-keyout', 'own.key', '-out', 'own.csr', '-subj', '/CN=vendors'])
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names.ext']
  await openssl(...['x509', '-req', '-in', 'own.csr', '-out', 'own.pem', ...signed])
  const [own, cert] = await Promise.all(['own.key', 'own.pem'].map(name => readFile(join(dir, name), 'utf8')))
  return { key: own ?? '', cert: cert ?? '', authorityFile: join(dir, 'ca.pem') }
}
