import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AccessStore } from '@gantry/core'
import { writePrivate } from '../home/home.ts'
import { type Access, hashOf } from './access.ts'

const renewedBeforeMs = 10 * 86_400_000

/** How the session of this machine's commands is called in the list. */
export const commandAgent = 'gantry on the machine of the server'

/**
 * Keeps in `<home>/cli-token` the secret of a session that works, for the commands of whoever may read this folder. The one of
 * the last start serves on; near its end, or when it was ended, another takes its place; commands that hold the old one
 * have until its end. The file is written in any case: `gantry up` sees by its time that this start got so far.
 */
export async function keepCommandToken(parts: {
  access: Pick<Access, 'newSession'>
  sessions: Pick<AccessStore, 'session' | 'sessions'>
  dir: string
  personId: string
  now(): Date
}): Promise<void> {
  const { access, sessions, dir, personId, now } = parts
  const file = join(dir, 'cli-token')
  const at = now().toISOString()
  const kept = await readFile(file, 'utf8').catch(() => '')
  const known = kept === '' ? null : await sessions.session(hashOf(kept), null, at)
  const isTheirs = known?.person.id === personId
  const session = isTheirs
    ? (await sessions.sessions(at, personId)).find(({ id }) => id === known.sessionId)
    : undefined
  const isFresh = session !== undefined && Date.parse(session.expiresAt) - now().getTime() > renewedBeforeMs
  await writePrivate(file, isFresh ? kept : await access.newSession(personId, commandAgent))
}
