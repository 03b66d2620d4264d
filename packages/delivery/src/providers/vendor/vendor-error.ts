/** How far an act at a vendor came before it failed. */
export type Done =
  /** The vendor said no, or was never reached: nothing changed. */
  | 'no'
  /** No answer came, or one that does not say: it may have been done all the same. */
  | 'unknown'

/** What a vendor, or the way to it, said instead of an answer. */
export interface VendorFault {
  /** As people call it: `Vercel`. */
  vendor: string
  /** What was asked for, in words: `promote the deployment`. */
  act: string
  /** Null when no answer came. */
  status: number | null
  /** The vendor's own name for the fault. */
  code: string | null
  /** The vendor's own words. */
  message: string
  /** What the vendor's support asks for. */
  requestId: string | null
  done: Done
  /** How long the vendor asks to be left alone; null where it asks nothing. */
  againAfterMs: number | null
  /** What to do about it. */
  hint: string
}

/** An act at a vendor that failed, in the vendor's words and with what to do. */
export class VendorError extends Error {
  readonly fault: VendorFault

  constructor(fault: VendorFault, options?: ErrorOptions) {
    super(sentenceOf(fault), options)
    this.name = 'VendorError'
    this.fault = fault
  }
}

/** `Vercel did not promote the deployment: 409 conflict: …` */
function sentenceOf({ vendor, act, status, code, message }: VendorFault): string {
  const label = [status, code].filter(each => each !== null).join(' ')
  return `${vendor} did not ${act}: ${label === '' ? '' : `${label}: `}${message}`
}

/** What there is to read beside the sentence: what to do, and what the vendor's support needs. */
export const linesOf = ({ hint, requestId, vendor }: VendorFault): string[] => [
  hint,
  ...(requestId === null ? [] : [`request id for ${vendor}'s support: ${requestId}`]),
]

/** What to do by status, where a vendor's adapter knows nothing better. */
export function hintFor(status: number | null, { vendor, tokenEnv }: { vendor: string; tokenEnv: string }): string {
  if (status === null) return `see whether ${vendor} can be reached from here, and its status page`
  if (status === 401) return `make a new token at ${vendor} and put it into ${tokenEnv}`
  if (status === 403) return `see that ${tokenEnv} is not expired and may act for this project and team`
  if (status === 404) return 'see that the name in gantry.config.ts is right, and that the token sees it'
  if (status === 402) return `see the plan of the account at ${vendor}`
  if (status === 409)
    return `something else is under way at ${vendor}: see its dashboard, and try again when it has ended`
  if (status === 429) return `${vendor} limits requests: wait, and deploy less at once`
  if (status >= 500 || status === 408) return `see ${vendor}'s status page, and try again`
  return 'see the words above; nothing was tried again'
}
