/**
 * Header of what Gantry sends on to another service. Whatever comes with it is taken and goes no further: two Gantries that
 * forward to each other, or one to itself, would else send the same for ever.
 */
export const forwardedHeader = 'x-gantry-forwarded'
