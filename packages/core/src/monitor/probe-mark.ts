/**
 * Header by which a probe shows that it is Gantry's own. Its value is a secret of this server, so that no visitor can ask
 * without being counted; the proxy in front of a service takes it away and says `1` to the service.
 */
export const probeHeader = 'x-gantry-probe'

/** Tag of an error event that a probe brought about: the fault is kept as any other, but no visitor met it. */
export const probeTag = 'gantry.probe'
