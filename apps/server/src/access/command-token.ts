import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writePrivate } from '../home/home.ts'
import type { Access } from './access.ts'

const dayMs = 86_400_000
const lifeMs = 30 * dayMs
const renewedBeforeMs = 10 * dayMs

/**
 * Keeps in `<home>/cli-token` a token that works, for the commands of whoever may read this folder. The one of the last start
 * serves on; near its end, or when it was revoked, another takes its place;
 * commands that hold the old one have until its end. The file is written in any case: `gantry up` sees
 * by its time that this start got so far.
 */
export async function keepCommandToken(parts: {
  access: Access
  dir: string
  personId: string
  now(): Date
}): Promise<void> {
  const { access, dir, personId, now } = parts
  const file = join(dir, 'cli-token')
  const kept = await readFile(file, 'utf8').catch(() => '')
  const known = kept === '' ? null : await access.tokenOf(kept)
  const isFresh = known?.personId === personId && Date.parse(known.expiresAt) - now().getTime() > renewedBeforeMs
  if (isFresh) return writePrivate(file, kept)
  const expiresAt = new Date(now().getTime() + lifeMs).toISOString()
  const token = { name: 'command line', personId, role: 'owner', job: null, expiresAt } as const
  await writePrivate(file, (await access.newToken(token)).secret)
}
