import { type LookupAddress, lookup } from 'node:dns'
import { isIP } from 'node:net'

export type Resolve = (host: string) => Promise<LookupAddress[]>

/** Says nothing about what is probed: this machine, its network or the config is at fault. */
export class OwnFault extends Error {}

export const lookUp: Resolve = host =>
  new Promise((resolve, reject) =>
    lookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses))),
  )

/**
 * Addresses of a host. A name that cannot be looked up is held against it only when another one can be at this moment:
 * until then the resolver of this machine is as likely to be what does not work.
 * @throws OwnFault when no name can be looked up here
 */
export async function resolveHost(host: string, resolve: Resolve, end: AbortSignal): Promise<LookupAddress[]> {
  const bare = host.replace(/^\[|\]$/g, '')
  if (isIP(bare)) return [{ address: bare, family: isIP(bare) }]
  try {
    const addresses = await before(end, resolve(bare))
    if (addresses.length > 0) return addresses
    throw new Error(`${bare} has no address`)
  } catch (cause) {
    if (await canLookUp(resolve)) throw cause
    const why = end.aborted ? 'in time' : `(${cause instanceof Error && 'code' in cause ? cause.code : cause})`
    throw new OwnFault(
      `${bare} could not be looked up ${why}, nor could any other name: the resolver here does not work`,
    )
  }
}

/** Names that are always there: the first is kept for documents, the second is a public resolver's own. */
const others = ['example.com', 'one.one.one.one']
const othersWithinMs = 2_000

async function canLookUp(resolve: Resolve): Promise<boolean> {
  const end = AbortSignal.timeout(othersWithinMs)
  const found = others.map(async name => {
    if ((await before(end, resolve(name))).length === 0) throw new Error(`${name} has no address`)
  })
  return Promise.any(found).then(
    () => true,
    () => false,
  )
}

/** A lookup cannot be called off; its late answer is not waited for. */
function before<T>(end: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    work.then(resolve, reject)
    if (end.aborted) reject(end.reason)
    end.addEventListener('abort', () => reject(end.reason), { once: true })
  })
}
