import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { JobUser } from '@gantry/core'
import { GantryError } from '@gantry/core/errors'

const run = promisify(execFile)

/** An account for jobs: one of the machine, by name, or a number that nobody else has. */
export interface JobAccount extends JobUser {
  /** Given when it is one of the machine. */
  name?: string
}

/**
 * `auto`: of root's jobs a number that stands for no account of the machine; jobs of others keep the account they are
 * started by. `same`: always that one. Else the name of an account of the machine.
 */
export type UserWish = string

/** Numbers that systemd and distributions leave alone, and the smaller range of systemd's own for machines that have few. */
const ranges = [
  { from: 0x7000_0000, count: 0x0fff_0000 },
  { from: 61_184, count: 4_336 },
]

/**
 * The account for what `of` names: always the same one.
 * @throws GantryError BAD_REQUEST when the machine has no account of that name
 */
export function jobAccount(
  wish: UserWish,
  of: string,
  read: (path: string) => string = readText,
): JobAccount | undefined {
  if (wish === 'same' || process.getuid?.() !== 0) return undefined
  if (wish !== 'auto') return accountOf(wish, read('/etc/passwd'))
  const range = ranges.find(({ from, count }) => isMapped(from + count, read('/proc/self/uid_map')))
  if (range === undefined) return undefined
  const id = range.from + (createHash('sha256').update(of).digest().readUInt32BE() % range.count)
  return { uid: id, gid: id }
}

function accountOf(name: string, passwd: string): JobAccount {
  const [, , uid, gid] =
    passwd
      .split('\n')
      .map(line => line.split(':'))
      .find(([known]) => known === name) ?? []
  if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid), name }
  throw new GantryError('BAD_REQUEST', `expected auto, same or an account of this machine for jobs, got "${name}"`)
}

/** A container may have few numbers of its own. */
const isMapped = (id: number, map: string): boolean =>
  map.split('\n').some(line => {
    const [from = 0, , count = 0] = line.trim().split(/\s+/).map(Number)
    return id >= from && id < from + count
  })

/** Words of `setpriv` that make a process of root one of that account, for good. */
export const becoming = ({ uid, gid, name }: JobAccount): string[] => [
  `--reuid=${uid}`,
  `--regid=${gid}`,
  // What an account of the machine may become, its owner decided.
  ...(name === undefined ? ['--clear-groups', '--no-new-privs'] : ['--init-groups']),
]

/** Gives folders with all in them to a job. Links are given themselves, and never followed. */
export async function giveTo({ uid, gid }: JobUser, paths: readonly string[]): Promise<void> {
  if (paths.length > 0) await run('/bin/chown', ['-R', '-h', `${uid}:${gid}`, '--', ...paths])
}

/**
 * The lists of accounts and groups as a job is to see them: with itself in them, for what asks for its name or, like OpenSSH,
 * for its home.
 */
export async function writeAccounts(
  { uid, gid, name = 'gantry-job' }: JobAccount,
  root: string,
): Promise<{ passwd: string; group: string }> {
  const files = { passwd: join(root, 'passwd'), group: join(root, 'group') }
  const others = (path: string, is: (fields: string[]) => boolean) =>
    readText(path)
      .split('\n')
      .filter(line => line !== '' && !is(line.split(':')))
      .map(line => `${line}\n`)
      .join('')
  const accounts = others('/etc/passwd', ([known, , number]) => known === name || number === String(uid))
  const groups = others('/etc/group', ([known]) => known === 'gantry-job')
  const own = `${name}:x:${uid}:${gid}:a job of Gantry:${join(root, 'home')}:/bin/sh\n`
  await writeFile(files.passwd, own + accounts, { mode: 0o644 })
  await writeFile(files.group, name === 'gantry-job' ? `gantry-job:x:${gid}:\n${groups}` : groups, { mode: 0o644 })
  return files
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
