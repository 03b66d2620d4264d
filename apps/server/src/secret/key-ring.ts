import { randomBytes } from 'node:crypto'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { GantryError } from '@gantry/core'
import { type SecretKey, secretKey } from './seal.ts'

/** The keys this server has: secrets are sealed with the first; the others open what was sealed before. */
export interface KeyRing {
  keys: readonly SecretKey[]
  /** Where they are from, as people say it. */
  source: string
  /** Null: they come from the environment, and are changed there. */
  file: string | null
}

export const keyFile = (home: string): string => join(home, 'secret-keys')

/**
 * From GANTRY_SECRET_KEY, else from the file in the data folder. Without both there is none: one is made with `makeKey`, when
 * nothing was sealed before.
 * @throws GantryError BAD_REQUEST, SECRET_KEY_WRONG
 */
export async function readKeyRing(given: string | undefined, home: string): Promise<KeyRing> {
  if (given) return { keys: given.split(',').map(fromEnvironment), source: 'GANTRY_SECRET_KEY', file: null }
  const file = keyFile(home)
  const text = await readFile(file, 'utf8').catch(cause => {
    if (cause.code === 'ENOENT') return ''
    throw cause
  })
  if (text !== '') await requirePrivate(file)
  return { keys: text.split('\n').filter(Boolean).map(fromFile(file)), source: file, file }
}

/** A new key in front of those there are, in the file before it is used: what it seals can be opened whatever happens next. */
export async function withNewKey(ring: KeyRing & { file: string }): Promise<KeyRing> {
  const next = { ...ring, keys: [secretKey(randomBytes(32)), ...ring.keys] }
  await writeKeys(next.file, next.keys)
  return next
}

/** Forgets all keys but the first. Nothing that they sealed may be left. */
export async function withFirstKeyOnly(ring: KeyRing & { file: string }): Promise<KeyRing> {
  const next = { ...ring, keys: ring.keys.slice(0, 1) }
  await writeKeys(next.file, next.keys)
  return next
}

/** Whole and on the disk, or not at all. */
async function writeKeys(path: string, keys: readonly SecretKey[]): Promise<void> {
  const part = `${path}.part`
  const file = await open(part, 'w', 0o600)
  try {
    await file.chmod(0o600)
    await file.writeFile(keys.map(({ bytes }) => `${bytes.toString('base64')}\n`).join(''))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(part, path)
  const folder = await open(dirname(path), 'r')
  await folder.sync().finally(() => folder.close())
}

function fromEnvironment(text: string, index: number): SecretKey {
  const key = keyFrom(text.trim())
  if (key) return key
  const which = index === 0 ? '' : ` (key ${index + 1})`
  throw new GantryError(
    'BAD_REQUEST',
    `GANTRY_SECRET_KEY${which}: expected 32 bytes in base64 or hex, as \`openssl rand -base64 32\` prints them; it is not shown here`,
  )
}

const fromFile = (file: string) => (line: string) => {
  const key = keyFrom(line.trim())
  if (key) return key
  throw new GantryError('SECRET_KEY_WRONG', `expected a key of 32 bytes in base64 on each line of ${file}`)
}

function keyFrom(text: string): SecretKey | null {
  if (/^[0-9a-f]{64}$/i.test(text)) return secretKey(Buffer.from(text, 'hex'))
  const isBase64 = /^[A-Za-z0-9+/_-]{43}=?$/.test(text)
  return isBase64 ? secretKey(Buffer.from(text, 'base64')) : null
}

async function requirePrivate(file: string): Promise<void> {
  const { mode } = await stat(file)
  if ((mode & 0o077) === 0 || process.platform === 'win32') return
  throw new GantryError(
    'SECRET_KEY_WRONG',
    `others than its owner can read ${file} (mode ${(mode & 0o777).toString(8)}): chmod 600 it, and rotate the key if somebody did`,
  )
}
