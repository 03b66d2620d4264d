import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A passkey of no device: what a browser would send for it, see https://www.w3.org/TR/webauthn-3/. */
export interface SoftPasskey {
  register(options: { challenge: string; rp: { id?: string } }, asked?: Asked): object
  authenticate(options: { challenge: string; rpId?: string }, asked?: Asked): object
}

interface Asked {
  /** Whether its person gave a PIN or a finger. */
  isVerified?: boolean
}

const [present, verified, attested] = [1, 4, 64]

export function softPasskey(origin: string): SoftPasskey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const id = randomBytes(16)
  let count = 0
  const authData = (rpId: string, flags: number, more = Buffer.alloc(0)) => {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(++count)
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), counter, more])
  }
  const clientData = (type: string, challenge: string) => Buffer.from(JSON.stringify({ type, challenge, origin }))
  const credential = (response: object) => ({
    ...{ id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key' },
    ...{ clientExtensionResults: {}, response },
  })
  const flagsOf = ({ isVerified = true }: Asked) => present | (isVerified ? verified : 0)
  return {
    register({ challenge, rp }, asked = {}) {
      const point = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]
      // {1: 2, 3: -7, -1: 1, -2: x, -3: y}: an EC key of P-256 for ES256.
      const key = Buffer.concat([
        Buffer.from('a5010203262001215820', 'hex'),
        ...[point[0] ?? id, Buffer.from('225820', 'hex'), point[1] ?? id],
      ])
      const data = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key])
      const auth = authData(rp.id ?? '', flagsOf(asked) | attested, data)
      // {fmt: 'none', attStmt: {}, authData: <bytes>}
      const head = 'a363666d74646e6f6e656761747453746d74a068617574684461746158'
      const attestation = Buffer.concat([Buffer.from(head, 'hex'), Buffer.from([auth.length]), auth])
      return credential({
        clientDataJSON: clientData('webauthn.create', challenge).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      })
    },
    authenticate({ challenge, rpId = '' }, asked = {}) {
      const auth = authData(rpId, flagsOf(asked))
      const client = clientData('webauthn.get', challenge)
      const signed = Buffer.concat([auth, createHash('sha256').update(client).digest()])
      return credential({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: auth.toString('base64url'),
        signature: sign('sha256', signed, privateKey).toString('base64url'),
      })
    },
  }
}
