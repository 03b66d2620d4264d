import { readdir, readFile, readlink } from 'node:fs/promises'
import type { Database } from '@gantry/store'
import type { Row } from '../row.ts'

/** Processes that work in the folders of the cluster, or name them. */
export async function processesLeft(root: string): Promise<Row> {
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid) continue
    const [command, environment, folder] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
      readlink(`/proc/${pid}/cwd`).catch(() => ''),
    ])
    if ([command, environment, folder].some(text => text.includes(root)))
      found.push(`${pid} ${command.replaceAll('\0', ' ').slice(0, 60)}`)
  }
  return row('processes left when all was stopped', found)
}

/** What stops in order gives its leases back, and what was killed lost them meanwhile. */
export async function leasesLeft(database: Database): Promise<Row> {
  const { rows } = await database.session(session =>
    session.query(`select kind || ' ' || name from gantry.leases where until > clock_timestamp()`, []),
  )
  return row(
    'leases held when all was stopped',
    rows.map(([name]) => name ?? ''),
  )
}

const row = (what: string, found: string[]): Row => ({
  what,
  measured: found.length === 0 ? '0' : `${found.length}: ${found.slice(0, 3).join('; ')}`,
  target: '0',
  isMet: found.length === 0,
})
