import { createHash, createHmac } from 'node:crypto'
import { createEngine, type EngineParts } from './engine.ts'

/** Signing in, for whatever address a browser knows this server by. */
export interface SignIns {
  /** `request` has the address of this server as that browser knows it. */
  handle(request: Request): Promise<Response>
  /** What only a server with this key makes of a text. */
  seal(text: string): string
}

/** One engine an origin; those not asked for long are forgotten, as anybody may name a port of loopback. */
const enginesAtMost = 8

export function createSignIns(parts: EngineParts): SignIns {
  const engines = new Map<string, ReturnType<typeof createEngine>>()
  return {
    async handle(request) {
      const { origin } = new URL(request.url)
      const engine = engines.get(origin) ?? createEngine(parts, origin)
      // The newest stands last.
      engines.delete(origin)
      engines.set(origin, engine)
      const oldest = engines.keys().next().value
      if (engines.size > enginesAtMost && oldest !== undefined) engines.delete(oldest)
      return engine.handler(request)
    },
    seal: text => createHmac('sha256', parts.secrets[0].value).update(text).digest('base64url'),
  }
}

/**
 * Keys that sign-in signs and seals with, made of GANTRY_SECRET_KEY, which several servers have in common, or of the secret of
 * the data folder. A new key in front of the old one leaves second factors readable.
 */
export function signInSecrets(given: string | undefined, ofHome: Buffer): EngineParts['secrets'] {
  const keys = given
    ?.split(',')
    .map(key => key.trim())
    .filter(key => key !== '')
  const [first = ofHome, ...others] = keys ?? []
  return [ofKey(first), ...others.map(ofKey)]
}

const ofKey = (key: string | Buffer) => ({
  version: createHash('sha256').update(key).digest().readUIntBE(0, 4),
  value: createHmac('sha256', key).update('gantry sign-in').digest('base64'),
})
