import { VendorError } from '../../vendor/vendor-error.ts'

const faultOf = (cause: unknown) => (cause instanceof VendorError ? cause.fault : null)

/** It may have been done all the same: look before asking again. */
export const isAmbiguous = (cause: unknown): boolean => faultOf(cause)?.done === 'unknown'

/** Of a request that waits at Fly: what was waited for has not come yet. */
export const isTimeout = (cause: unknown): boolean => faultOf(cause)?.status === 408

export const isNotThere = (cause: unknown): boolean => faultOf(cause)?.status === 404

/** Fly has seen the secrets, and the host of the machine has not yet. */
export const areSecretsLate = (cause: unknown): boolean =>
  faultOf(cause)?.status === 412 && /min_secrets_version/.test(faultOf(cause)?.message ?? '')

/** Somebody else holds the lease, or changed the machine meanwhile. */
export const isConflict = (cause: unknown): boolean => {
  const status = faultOf(cause)?.status
  return (status === 409 || status === 412) && !areSecretsLate(cause)
}
