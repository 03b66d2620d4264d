import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { GantryError, type ValuePlace } from '@gantry/core'

/** 32 bytes, and a name for them that tells nothing of them. */
export interface SecretKey {
  id: string
  bytes: Buffer
}

const nonceBytes = 12
const tagBytes = 16

export const secretKey = (bytes: Buffer): SecretKey => ({
  id: createHash('sha256').update('gantry secret key\0').update(bytes).digest('hex').slice(0, 12),
  bytes,
})

/** AES-256-GCM. The place is part of the seal: a sealed text that was copied to another place does not open there. */
export function seal(value: string, place: ValuePlace, { bytes }: SecretKey): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(identityOf(place))
  const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
}

/** @throws GantryError SECRET_KEY_WRONG when it was not sealed for this place with this key */
export function unseal(sealed: string, place: ValuePlace, { id, bytes }: SecretKey): string {
  const all = Buffer.from(sealed, 'base64')
  try {
    const decipher = createDecipheriv('aes-256-gcm', bytes, all.subarray(0, nonceBytes), { authTagLength: tagBytes })
    decipher.setAAD(identityOf(place)).setAuthTag(all.subarray(nonceBytes, nonceBytes + tagBytes))
    const opened = [decipher.update(all.subarray(nonceBytes + tagBytes)), decipher.final()]
    return Buffer.concat(opened).toString('utf8')
  } catch (cause) {
    const where = place.environment === null ? 'the repository' : place.environment
    throw new GantryError(
      'SECRET_KEY_WRONG',
      `the secret ${place.name} of ${where} in ${place.project} does not open with key ${id}: it was changed or moved in the database`,
      {},
      { cause },
    )
  }
}

const identityOf = ({ project, environment, name }: ValuePlace): Buffer =>
  Buffer.from(JSON.stringify([project, environment, name]))
