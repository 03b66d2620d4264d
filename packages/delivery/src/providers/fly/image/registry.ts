import type { VendorWorld } from '../../vendor/patient-fetch.ts'
import { patientFetch } from '../../vendor/patient-fetch.ts'

/** Where Fly keeps images: a registry of the OCI distribution kind, whose password is the token. */
export const registryHost = 'registry.fly.io'

export interface ImageName {
  repository: string
  /** A tag or a digest. */
  reference: string
}

/** `registry.fly.io/shop@sha256:…`, `registry.fly.io/shop:tag`; null for another registry's. */
export function imageName(image: string): ImageName | null {
  const found = /^registry\.fly\.io\/([^@:]+)(?:@(sha256:[0-9a-f]+)|:([\w.-]+))(?:@(sha256:[0-9a-f]+))?$/.exec(image)
  const reference = found?.[4] ?? found?.[2] ?? found?.[3]
  return found?.[1] === undefined || reference === undefined ? null : { repository: found[1], reference }
}

export type Found =
  | { state: 'there'; digest: string }
  | { state: 'gone' }
  /** The registry does not say: not for this token, or not at all. */
  | { state: 'unknown'; why: string }

const types = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

/** Asks the registry whether it still has an image, and by which digest. Reads only. */
export async function findImage(
  world: VendorWorld,
  token: string,
  { repository, reference }: ImageName,
): Promise<Found> {
  const url = `https://${registryHost}/v2/${repository}/manifests/${reference}`
  const headers = { authorization: `Basic ${btoa(`x:${token}`)}`, accept: types.join(', ') }
  try {
    const answer = await patientFetch(world, { tries: 3 })(new Request(url, { method: 'HEAD', headers }))
    const digest = answer.headers.get('docker-content-digest')
    if (answer.ok && digest) return { state: 'there', digest }
    if (answer.status === 404) return { state: 'gone' }
    return { state: 'unknown', why: `${registryHost} answered ${answer.status}` }
  } catch (cause) {
    world.signal.throwIfAborted()
    return { state: 'unknown', why: `${registryHost}: ${cause instanceof Error ? cause.message : String(cause)}` }
  }
}
